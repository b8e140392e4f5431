using EventTorrent.Hosting;

namespace EventTorrent.Workers.Download;

/// <summary>
/// The directory of a torrent, held by a lock of the system: two processes never write into it at once, and whoever is killed
/// lets go of it.
/// </summary>
public sealed class HeldDirectory : IDisposable
{
    private const string LockName = "lock";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly FileStream _lock;

    private HeldDirectory(string path, FileStream held) => (FullPath, _lock) = (path, held);

    public string FullPath { get; }

    /// <summary>Makes the directory when it is not there, and waits until nobody else has it.</summary>
    /// <returns>Null when somebody else has it all the time.</returns>
    public static async Task<HeldDirectory?> TakeAsync(string path, TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        do
        {
            if (TryTake(path) is { } held)
            {
                return held;
            }

            await Task.Delay(Look, time, cancellationToken);
        }
        while (time.GetElapsedTime(start) < longest);

        return null;
    }

    /// <summary>Nothing but the files is left: neither the lock nor the pieces of files that were not chosen.</summary>
    public void Tidy()
    {
        foreach (var parts in Directory.EnumerateFiles(FullPath, ".*.parts"))
        {
            File.Delete(parts);
        }

        File.Delete(SafePath.Join(FullPath, LockName));
    }

    /// <summary>Lets go of it; one that nothing was written into is removed.</summary>
    public void Dispose()
    {
        if (Directory.Exists(FullPath) && Directory.EnumerateFileSystemEntries(FullPath).All(path => Path.GetFileName(path) == LockName))
        {
            RemoveEmpty();
        }

        _lock.Dispose();
    }

    private void RemoveEmpty()
    {
        try
        {
            File.Delete(SafePath.Join(FullPath, LockName));
            Directory.Delete(FullPath);
        }
        catch (IOException)
        {
            // Somebody else begins with it in this moment.
        }
    }

    private static HeldDirectory? TryTake(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new HeldDirectory(path, new FileStream(SafePath.Join(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(SafePath.Join(path, LockName)) || !Directory.Exists(path))
        {
            // Somebody has it, or it was removed in this moment.
            return null;
        }
    }
}
