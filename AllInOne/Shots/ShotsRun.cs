using EventTorrent.Media;
using EventTorrent.Torrents;
using EventTorrent.Workers.Screenshot;
using MediaRange = EventTorrent.Media.ByteRange;

namespace EventTorrent.AllInOne.Shots;

/// <summary>One run of <c>shots</c>, from a torrent or a local file, through the same planner.</summary>
internal static class ShotsRun
{
    public static async Task<ShotsReport> FromTorrentAsync(
        ScreenshotJob job, ScreenshotRequest request, ShotsSink sink, CancellationToken cancellationToken)
    {
        var reports = new Reports(sink);
        var swarm = new SwarmView();
        sink.Stage("Looking for peers and metadata");
        var outcome = await job.RunAsync(request, reports, swarm, cancellationToken);
        if (outcome is not ScreenshotOutcome.Completed done)
        {
            var failed = (ScreenshotOutcome.Failed)outcome;
            throw new ShotsFailure($"{failed.Kind}: {failed.Message}");
        }

        var metadata = reports.Metadata!;
        var file = metadata.Files[done.FileIndex];
        return await ReportAsync(
            done.Plan, BlockBytes(done.Plan.Needed, file.OffsetBytes, metadata.TotalBytes),
            swarm.PayloadBytes, swarm.Progress.MetadataBytes, done.Rounds, done.Verified,
            metadata.InfohashV1 ?? metadata.InfohashV2, file.Path, sink, cancellationToken);
    }

    public static async Task<ShotsReport> FromFileAsync(
        IScreenshotter screenshotter, string path, int count, ShotsSink sink, CancellationToken cancellationToken)
    {
        try
        {
            using var file = new FileByteSource(path);
            var source = new CountingByteSource(file);
            sink.Stage("Reading the index");
            var plan = await screenshotter.PlanAsync(source, count, cancellationToken);
            sink.Expect(plan.ShotCount);
            await foreach (var shot in screenshotter.TakeAsync(source, plan, new HashSet<int>(), cancellationToken))
            {
                var tagged = shot with { Jpeg = PictureTags.Write(shot, infohash: null, file: 0, verified: true) };
                await sink.WriteAsync(tagged, file: 0, verified: true, cancellationToken);
            }

            return await ReportAsync(
                plan, BlockBytes(plan.Needed, 0, source.Length), source.BlockBytes, metadataBytes: 0, source.Rounds, verified: true,
                infohash: null, path, sink, cancellationToken);
        }
        catch (MediaException failure)
        {
            throw new ShotsFailure($"{failure.Kind}: {failure.Message}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ShotsFailure($"The file can't be read: {failure.Message}");
        }
    }

    private static async Task<ShotsReport> ReportAsync(
        ScreenshotPlan plan, long blockBytes, long bytesFetched, long metadataBytes, int rounds, bool verified,
        string? infohash, string file, ShotsSink sink, CancellationToken cancellationToken)
    {
        var report = new ShotsReport(
            plan.Container, plan.Codec, Math.Round(plan.Duration.TotalSeconds, 3),
            plan.Needed.Sum(range => range.Length), blockBytes, bytesFetched, metadataBytes, rounds,
            sink.FirstShotMilliseconds ?? 0, verified, sink.Shots, infohash, file);
        await sink.WriteReportAsync(report, cancellationToken);
        return report;
    }

    /// <summary>Bytes of all 16 KiB blocks of the torrent that hold a byte of the ranges.</summary>
    private static long BlockBytes(IReadOnlyList<MediaRange> ranges, long fileOffset, long totalBytes)
    {
        const long Block = TorrentLimits.BlockBytes;
        var blocks = new HashSet<long>();
        foreach (var range in ranges.Where(range => range.Length > 0))
        {
            for (var block = (fileOffset + range.Offset) / Block; block <= (fileOffset + range.End - 1) / Block; block++)
            {
                blocks.Add(block);
            }
        }

        return blocks.Sum(block => Math.Min(Block, totalBytes - (block * Block)));
    }

    private sealed class Reports(ShotsSink sink) : IScreenshotReports
    {
        public TorrentMetadata? Metadata { get; private set; }

        public Task MetadataAsync(TorrentMetadata metadata, ITorrent torrent, CancellationToken cancellationToken)
        {
            Metadata = metadata;
            sink.Stage("Reading the index");
            return Task.CompletedTask;
        }

        public Task PlannedAsync(int fileIndex, ScreenshotPlan plan, CancellationToken cancellationToken)
        {
            sink.Expect(plan.ShotCount);
            return Task.CompletedTask;
        }

        public Task TakenAsync(int fileIndex, Media.Screenshot screenshot, bool verified, CancellationToken cancellationToken) =>
            sink.WriteAsync(screenshot, fileIndex, verified, cancellationToken);
    }
}
