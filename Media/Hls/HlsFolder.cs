using System.Globalization;

namespace EventTorrent.Media.Hls;

/// <summary>
/// Where a stream is made and where it then is. Parts are made under names of their own and renamed when they are whole; the
/// stream is put together beside them and renamed last. So whoever is killed, at any moment, leaves no half of anything.
/// </summary>
/// <param name="path">Absolute path of the finished stream's directory.</param>
public sealed class HlsFolder(string path)
{
    /// <summary>The name that viewers ask for first; Web/protocol says the same.</summary>
    public const string Master = "master.m3u8";

    private const string Unfinished = ".part";
    private const int MaxAttempts = 100;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>The finished stream, once it is there.</summary>
    public string Final => path;

    public bool IsFinished => File.Exists(Path.Join(path, Master));

    /// <summary>What is removed when the stream is finished.</summary>
    internal string Work => path + ".tmp";

    internal string PlanFile => Path.Join(Work, "plan.json");

    /// <summary>The stream while it is put together.</summary>
    internal string Whole => Path.Join(Work, "whole");

    internal string Part(int item) => Path.Join(Work, string.Create(CultureInfo.InvariantCulture, $"item_{item:000}"));

    /// <summary>Whether somebody has waited for an item within a time: what makes it should then go on, even for nobody else.</summary>
    public bool IsWanted(int item, TimeSpan within, TimeProvider time) =>
        new FileInfo(WantedFile(item)) is { Exists: true } file && time.GetUtcNow() - file.LastWriteTimeUtc < within;

    internal bool HasPart(int item) => Directory.Exists(Part(item));

    /// <summary>Waits until nobody else makes the item. The kernel lets go of what a dead process held.</summary>
    internal async Task<IDisposable> HoldAsync(int item, TimeProvider time, CancellationToken cancellationToken)
    {
        using var tick = new PeriodicTimer(Look, time);
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Work);
                return new FileStream(Part(item) + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(Part(item) + ".lock") || !Directory.Exists(Work))
            {
                // Held by another, or the directory has just gone, as the stream is finished.
                Want(item, time);
            }

            await tick.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>A directory for one attempt. What earlier attempts at the same part left is removed: who holds the item is alone.</summary>
    internal string BeginPart(int item)
    {
        Directory.CreateDirectory(Work);
        foreach (var left in Directory.EnumerateDirectories(Work, Path.GetFileName(Part(item)) + ".*" + Unfinished))
            Remove(left);
        return Directory.CreateDirectory($"{Part(item)}.{Guid.NewGuid():n}{Unfinished}").FullName;
    }

    /// <summary>Somebody else may have been faster; one is as good as the other.</summary>
    internal void EndPart(int item, string attempt)
    {
        if (!TryMove(attempt, Part(item)))
            Remove(attempt);
    }

    /// <returns>False when something is there already.</returns>
    internal static bool TryMove(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
            return true;
        }
        catch (IOException) when (Directory.Exists(to))
        {
            return false;
        }
    }

    private string WantedFile(int item) => Part(item) + ".wanted";

    private void Want(int item, TimeProvider time)
    {
        try
        {
            using (File.Open(WantedFile(item), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite))
            {
            }

            File.SetLastWriteTimeUtc(WantedFile(item), time.GetUtcNow().UtcDateTime);
        }
        catch (IOException)
        {
            // Only a hint; the next look gives it again.
        }
    }

    /// <summary>Two may remove it at once, and each take from under the other what it is about to remove.</summary>
    internal static void Remove(string directory)
    {
        for (var attempt = 1; Directory.Exists(directory); attempt++)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
            }
            catch (IOException) when (attempt < MaxAttempts)
            {
                // It is smaller now.
            }
        }
    }
}
