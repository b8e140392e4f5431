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
    /// <param name="detail">A moment old.</param>
    void Look(DownloadProgress progress, IReadOnlyList<string> servingPeers, string? stall, DownloadDetail detail);

    /// <summary>Whoever has this can go on from here.</summary>
    Task CheckpointAsync(byte[] resumeData, CancellationToken cancellationToken);
}
