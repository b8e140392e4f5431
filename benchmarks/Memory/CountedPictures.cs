using EventTorrent.Media;
using EventTorrent.Torrents;
using EventTorrent.Workers.Screenshot;

namespace EventTorrent.Benchmarks.Memory;

/// <summary>Takes the place of the bus.</summary>
internal sealed class CountedPictures : IScreenshotReports
{
    public int Count { get; private set; }

    public Task MetadataAsync(TorrentMetadata metadata, ITorrent torrent, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The resume data is made, as for every report.</summary>
    public Task PlannedAsync(int fileIndex, ScreenshotPlan plan, CancellationToken cancellationToken) => Task.FromResult(plan.ToResumeData());

    public Task TakenAsync(int fileIndex, Media.Screenshot screenshot, bool verified, CancellationToken cancellationToken)
    {
        Count++;
        return Task.CompletedTask;
    }
}
