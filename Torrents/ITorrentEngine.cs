namespace EventTorrent.Torrents;

/// <summary>One BitTorrent session: sockets, DHT, memory budget, and the torrents that share them.</summary>
public interface ITorrentEngine : IAsyncDisposable
{
    /// <summary>Adds a torrent and starts to look for its peers. Returns at once: metadata is awaited on the torrent.</summary>
    /// <exception cref="TorrentException">The source is malformed or over a limit of <see cref="TorrentLimits"/>.</exception>
    Task<ITorrent> AddAsync(TorrentSource source, AddTorrentOptions options, CancellationToken cancellationToken);

    /// <summary>The TCP port that peers reach us at, 1 to 65535; 0 behind a proxy, where nobody does.</summary>
    int ListenPort { get; }
}
