using EventTorrent.Hosting;

namespace EventTorrent.Workers.Download;

/// <summary>
/// The directory of a torrent, held by a lock of the system: two processes never write into it at once, and whoever is killed
/// lets go of it. Only who holds it removes it or moves it away.
/// </summary>
public sealed class HeldDirectory : IDisposable
{
    private const string LockName = "lock";

    /// <summary>EWOULDBLOCK, as an exception of .NET says that somebody has a file.</summary>
    private const int InUseOnLinux = 11;
    private const int InUseOnMacOS = 35;

    /// <summary>EEXIST: a directory that was there when it was to be made, and is not any more.</summary>
    private const int ThereAlready = 17;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly FileStream _lock;
    private bool _isTidy;

    private HeldDirectory(string path, FileStream held) => (FullPath, _lock, Mark) = (path, held, BegunMark.Read(path));

    public string FullPath { get; }

    /// <summary>Until it is let go or moved away.</summary>
    public bool IsHeld { get; private set; } = true;

    /// <summary>The <see cref="BegunMark"/> that lies there.</summary>
    public string? Mark { get; private set; }

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

    /// <summary>Makes the directory when it is not there.</summary>
    /// <returns>Null when somebody else has it.</returns>
    public static HeldDirectory? TryTake(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return TryHold(path);
        }
        catch (IOException failure) when (failure is DirectoryNotFoundException || failure.HResult is InUseOnLinux or InUseOnMacOS or ThereAlready || !Directory.Exists(path))
        {
            // Somebody has it, or it is removed or made in this moment.
            return null;
        }
    }

    /// <returns>Null when it is not there, or somebody else has it.</returns>
    public static HeldDirectory? TryTakeExisting(string path) => Directory.Exists(path) ? TryTake(path) : null;

    /// <summary>Says that somebody begins in it: what was to be removed of it before that is not any more. Nothing is written before this.</summary>
    public void Begin() => Mark = BegunMark.Renew(FullPath);

    /// <summary>Nothing but the files and the mark is left: no pieces of files that were not chosen now, and no lock when it is let go.</summary>
    public void Tidy()
    {
        foreach (var parts in Directory.EnumerateFiles(FullPath, ".*.parts"))
        {
            File.Delete(parts);
        }

        _isTidy = true;
    }

    /// <summary>Moves it away with all that is in it, at once, and lets go of it: who takes the path next finds nothing.</summary>
    public void MoveTo(string path)
    {
        Directory.Move(FullPath, path);
        IsHeld = false;
        _lock.Dispose();
    }

    /// <summary>Lets go of it; one that nothing was written into is removed. A second time does nothing.</summary>
    public void Dispose()
    {
        if (!IsHeld)
        {
            return;
        }

        IsHeld = false;
        using (_lock)
        {
            Leave();
        }
    }

    private void Leave()
    {
        try
        {
            var names = Directory.EnumerateFileSystemEntries(FullPath).Select(path => Path.GetFileName(path)).Where(name => name != LockName).ToList();
            var isEmpty = names.TrueForAll(BegunMark.IsName);
            if (isEmpty)
            {
                names.ForEach(name => File.Delete(SafePath.Join(FullPath, name)));
            }

            if (isEmpty || _isTidy)
            {
                File.Delete(SafePath.Join(FullPath, LockName));
            }

            if (isEmpty)
            {
                Directory.Delete(FullPath);
            }
        }
        catch (IOException)
        {
            // It is gone, or somebody else begins with it in this moment.
        }
    }

    private static HeldDirectory? TryHold(string path)
    {
        var name = SafePath.Join(path, LockName);
        var file = new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            if (IsInPlace(file, name))
            {
                return new HeldDirectory(path, file);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    /// <summary>
    /// Between opening a lock and holding it, who held it before may have removed it with its directory, and somebody else have
    /// made a new one: then this one holds nothing. A time that nobody else sets tells whether the two are one file.
    /// </summary>
    private static bool IsInPlace(FileStream held, string path)
    {
        var sign = DateTime.UnixEpoch.AddSeconds(Random.Shared.Next());
        File.SetLastWriteTimeUtc(held.SafeFileHandle, sign);
        return File.GetLastWriteTimeUtc(path) == sign;
    }
}
