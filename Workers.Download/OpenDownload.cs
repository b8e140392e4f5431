using EventTorrent.Torrents;

namespace EventTorrent.Workers.Download;

/// <summary>A torrent in the swarm with its directory, from slice to slice.</summary>
/// <param name="engine">Its transfer.</param>
/// <param name="directory">Held as long as this lives, or until <see cref="LetGo"/>.</param>
public sealed class OpenDownload(string infohash, IDownload engine, HeldDirectory directory) : IAsyncDisposable
{
    public string Infohash => infohash;

    public IDownload Engine => engine;

    public HeldDirectory Directory { get; private set; } = directory;

    /// <summary>The lease that it was last worked on under.</summary>
    public int Lease { get; set; }

    /// <summary>Something of what is here was not hashed since it was opened: it is before the end is reported.</summary>
    public bool IsBelieved { get; set; }

    /// <summary>What is downloaded; empty before that is known.</summary>
    public IReadOnlyList<StoredFile> Files { get; set; } = [];

    /// <summary>Nothing is written any more: others may.</summary>
    public void LetGo() => Directory.Dispose();

    /// <summary>Begins in the directory again.</summary>
    /// <returns>False when somebody has it, or had it since this was let go: what the transfer knows of its files may be wrong.</returns>
    public bool TryBeginAgain()
    {
        if (!Directory.IsHeld)
        {
            if (HeldDirectory.TryTake(Directory.FullPath) is not { } again)
            {
                return false;
            }

            var isSame = again.Mark == Directory.Mark;
            Directory = again;
            if (!isSame)
            {
                return false;
            }
        }

        Directory.Begin();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Directory.Dispose();
    }
}
