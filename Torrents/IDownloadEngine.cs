namespace EventTorrent.Torrents;

/// <summary>A BitTorrent session that brings whole files onto a disk, hash-checked piece by piece.</summary>
public interface IDownloadEngine : IAsyncDisposable
{
    /// <summary>Adds a torrent and starts to look for its metadata and peers; no file is touched before <see cref="IDownload.Start"/>.</summary>
    /// <exception cref="TorrentException">The source is malformed or over a limit of <see cref="TorrentLimits"/>, the resume data is of another torrent, or the torrent is here already.</exception>
    Task<IDownload> AddAsync(TorrentSource source, DownloadOptions options, CancellationToken cancellationToken);

    /// <summary>The TCP port that peers reach us at, 1 to 65535; 0 behind a proxy, where nobody does.</summary>
    int ListenPort { get; }
}
