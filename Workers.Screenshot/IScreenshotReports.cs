using EventTorrent.Media;
using EventTorrent.Torrents;

namespace EventTorrent.Workers.Screenshot;

/// <summary>Whom a job tells what it found, as it finds it.</summary>
public interface IScreenshotReports
{
    /// <summary>The metadata is here, and this is the file that is worked on.</summary>
    Task MetadataAsync(TorrentMetadata metadata, ITorrent torrent, CancellationToken cancellationToken);

    /// <summary>The keyframes are chosen; whoever has the plan can go on without reading the index again.</summary>
    Task PlannedAsync(int fileIndex, ScreenshotPlan plan, CancellationToken cancellationToken);

    /// <summary>One picture is decoded.</summary>
    /// <param name="verified">It was made of hash-checked bytes only.</param>
    Task TakenAsync(int fileIndex, Media.Screenshot screenshot, bool verified, CancellationToken cancellationToken);
}
