using EventTorrent.Contracts;
using EventTorrent.Media;
using EventTorrent.Torrents;
using MassTransit;

namespace EventTorrent.Workers.Screenshot;

/// <summary>What a job found, as messages under the lease of its command.</summary>
public sealed class BusReports(ConsumeContext context, TakeScreenshots command, SwarmView swarm) : IScreenshotReports
{
    private const string Step = nameof(Contracts.Step.Screenshots);

    /// <summary>The last plan, for the report of an attempt that ends early.</summary>
    public byte[]? ResumeData { get; private set; } = command.ResumeData;

    public Task StartedAsync(string worker, string? volume, CancellationToken cancellationToken) =>
        context.Publish(
            new StepStarted(command.TaskId, command.Infohash, Step, command.Item, command.Lease, worker, volume), cancellationToken);

    public Task MetadataAsync(TorrentMetadata metadata, ITorrent torrent, CancellationToken cancellationToken) =>
        // Known metadata comes with the command; when it does not, it may never have arrived.
        command.FileIndex is null || command.Info is null
            ? context.Publish(MetadataMessage.Create(command, metadata, torrent), cancellationToken)
            : Task.CompletedTask;

    public Task PlannedAsync(int fileIndex, ScreenshotPlan plan, CancellationToken cancellationToken)
    {
        var resumeData = plan.ToResumeData();
        ResumeData = resumeData.Length is > 0 and <= Limits.ResumeDataBytes ? resumeData : null;
        return ProgressAsync(cancellationToken);
    }

    public async Task TakenAsync(int fileIndex, Media.Screenshot screenshot, bool verified, CancellationToken cancellationToken)
    {
        var store = await context.GetSendEndpoint(Queues.Address(Queues.ScreenshotStore));
        await store.Send(
            new StoreScreenshot(
                command.TaskId, command.Infohash, command.Item, command.Lease, fileIndex, screenshot.Index,
                screenshot.WantedAt, screenshot.TakenAt, screenshot.Width, screenshot.Height, verified, screenshot.Jpeg.ToArray()),
            cancellationToken);
    }

    /// <summary>The heartbeat of the lease.</summary>
    public Task ProgressAsync(CancellationToken cancellationToken)
    {
        var torrent = swarm.Progress;
        return context.Publish(
            new StepProgressed(
                command.TaskId, command.Infohash, Step, command.Item, command.Lease, Progress: null,
                swarm.PayloadBytes, torrent.DownBytesPerSecond, torrent.Peers, ResumeData,
                DoneBytes: null, TotalBytes: null, torrent.UpBytesPerSecond, torrent.Seeds, torrent.WastedBytes, Remaining: null, Speed: null, Stall: null),
            cancellationToken);
    }

    public Task CompletedAsync(ScreenshotOutcome.Completed done, CancellationToken cancellationToken) =>
        context.Publish(
            new StepCompleted(
                command.TaskId, command.Infohash, Step, command.Item, command.Lease, done.FileIndex, done.Taken,
                done.Plan.Container, done.Plan.Codec, done.Plan.Duration, done.Plan.Needed.Sum(range => range.Length),
                swarm.PayloadBytes, done.Rounds, [.. swarm.ServingPeers.Take(Limits.PeersInMessage)]),
            cancellationToken);

    public Task YieldedAsync(CancellationToken cancellationToken) =>
        context.Publish(
            new StepYielded(command.TaskId, command.Infohash, Step, command.Item, command.Lease, swarm.PayloadBytes, ResumeData, Parts: null),
            cancellationToken);

    public Task FailedAsync(FailureKind kind, string message, CancellationToken cancellationToken) =>
        context.Publish(
            new StepFailed(
                command.TaskId, command.Infohash, Step, command.Item, command.Lease, kind.ToString(), message, swarm.PayloadBytes, ResumeData),
            cancellationToken);
}
