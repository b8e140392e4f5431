using EventTorrent.Torrents;
using EventTorrent.Workers.Download;

namespace EventTorrent.Downloader;

/// <summary>Nobody listens, but everything is made that would be said.</summary>
internal sealed class SilentReports : IDownloadReports
{
    public Task MetadataAsync(TorrentMetadata metadata, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Look(DownloadProgress progress, IReadOnlyList<string> servingPeers, string? stall, DownloadDetail detail) { }

    public Task CheckpointAsync(byte[] resumeData, CancellationToken cancellationToken) => Task.CompletedTask;
}
