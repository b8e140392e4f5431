using EventTorrent.Contracts;
using EventTorrent.Hosting.Leases;
using EventTorrent.Media;
using EventTorrent.Torrents;
using MassTransit;

namespace EventTorrent.Workers.Screenshot;

/// <summary>What a job found, as messages under the lease of its command.</summary>
public sealed class BusReports(ConsumeContext context, TakeScreenshots command, SwarmView swarm)
    : LeaseReports<ScreenshotOutcome>(context, command, LeaseOf(command)), IScreenshotReports
{
    /// <summary>The last plan, for the report of an attempt that ends early.</summary>
    private byte[]? _resumeData = command.ResumeData;

    protected override long BytesFetched => swarm.PayloadBytes;

    protected override byte[]? ResumeData => _resumeData;

    public Task MetadataAsync(TorrentMetadata metadata, ITorrent torrent, CancellationToken cancellationToken) =>
        // Known metadata comes with the command; when it does not, it may never have arrived.
        command.FileIndex is null || command.Info is null
            ? MetadataAsync(
                metadata.InfohashV1, metadata.InfohashV2, metadata.Name, metadata.TotalBytes, metadata.PieceLengthBytes, metadata.IsPrivate,
                metadata.ToContentFiles(), metadata.InfoBytes, torrent.ServingPeers, cancellationToken)
            : Task.CompletedTask;

    public Task PlannedAsync(int fileIndex, ScreenshotPlan plan, CancellationToken cancellationToken)
    {
        var resumeData = plan.ToResumeData();
        _resumeData = resumeData.Length is > 0 and <= Limits.ResumeDataBytes ? resumeData : null;
        return ProgressAsync(cancellationToken);
    }

    public Task TakenAsync(int fileIndex, Media.Screenshot screenshot, bool verified, CancellationToken cancellationToken) => SendAsync(
        Queues.Address(Queues.ScreenshotStore),
        new StoreScreenshot(
            command.TaskId, command.Infohash, command.Item, command.Lease, fileIndex, screenshot.Index,
            screenshot.WantedAt, screenshot.TakenAt, screenshot.Width, screenshot.Height, verified, screenshot.Jpeg.ToArray()),
        cancellationToken);

    public override Task ProgressAsync(CancellationToken cancellationToken)
    {
        var torrent = swarm.Progress;
        var now = swarm.Swarm;
        return PublishAsync(
            new StepProgressed(
                command.TaskId, command.Infohash, nameof(Step.Screenshots), command.Item, command.Lease, Progress: null,
                swarm.PayloadBytes, torrent.DownBytesPerSecond, torrent.Peers, _resumeData,
                DoneBytes: null, TotalBytes: null, torrent.UpBytesPerSecond, torrent.Seeds, torrent.WastedBytes, Remaining: null, Speed: null, Stall: null, swarm.Map, now.ToPeers(), now.ToTrackers()),
            cancellationToken);
    }

    public override Task EndedAsync(ScreenshotOutcome outcome, CancellationToken cancellationToken) => outcome switch
    {
        ScreenshotOutcome.Completed done => CompletedAsync(done, cancellationToken),
        // That it is known has been said, and there is no more to say.
        ScreenshotOutcome.MetadataKnown => Task.CompletedTask,
        ScreenshotOutcome.Failed failed => FailedAsync(failed.Kind, failed.Message, cancellationToken),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    private static WorkLease LeaseOf(TakeScreenshots command) => new(
        command.TaskId, command.Infohash, Step.Screenshots, command.Item, command.Lease,
        command.Shots == 0 ? "fetching the metadata" : FormattableString.Invariant($"taking {command.Shots} screenshots (item {command.Item})"));

    private Task CompletedAsync(ScreenshotOutcome.Completed done, CancellationToken cancellationToken) => PublishAsync(
        new StepCompleted(
            command.TaskId, command.Infohash, nameof(Step.Screenshots), command.Item, command.Lease, done.FileIndex, done.Taken,
            done.Plan.Container, done.Plan.Codec, done.Plan.Duration, done.Plan.Needed.Sum(range => range.Length),
            swarm.PayloadBytes, done.Rounds, [.. swarm.ServingPeers.Take(Limits.PeersInMessage)], swarm.Map, Streams: null),
        cancellationToken);
}
