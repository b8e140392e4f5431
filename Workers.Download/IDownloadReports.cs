using EventTorrent.Torrents;

namespace EventTorrent.Workers.Download;

/// <summary>Whom a job tells how it stands.</summary>
public interface IDownloadReports
{
    /// <summary>The metadata is here.</summary>
    Task MetadataAsync(TorrentMetadata metadata, CancellationToken cancellationToken);

    /// <summary>How it stands now; cheap, said every half second.</summary>
    /// <param name="servingPeers">"ip:port" of peers that sent us data.</param>
    /// <param name="stall">Why nothing arrives, or null.</param>
    /// <param name="map">What is here (<see cref="IDownload.ReadMap"/>), a moment old, or null before that is known.</param>
    void Look(DownloadProgress progress, IReadOnlyList<string> servingPeers, string? stall, byte[]? map);

    /// <summary>Whoever has this can go on from here.</summary>
    Task CheckpointAsync(byte[] resumeData, CancellationToken cancellationToken);
}
