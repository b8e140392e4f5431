using EventTorrent.Torrents;

namespace EventTorrent.Workers.Download;

/// <summary>A torrent in the swarm with its directory, from slice to slice.</summary>
/// <param name="Engine">Its transfer.</param>
/// <param name="Directory">Held as long as this lives.</param>
public sealed record OpenDownload(string Infohash, IDownload Engine, HeldDirectory Directory) : IAsyncDisposable
{
    /// <summary>Something of what is here was not hashed since it was opened: it is before the end is reported.</summary>
    public bool IsBelieved { get; set; }

    /// <summary>What is downloaded; empty before that is known.</summary>
    public IReadOnlyList<StoredFile> Files { get; set; } = [];

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Directory.Dispose();
    }
}
