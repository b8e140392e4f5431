using EventTorrent.Contracts;
using EventTorrent.Torrents;
using MassTransit;

namespace EventTorrent.Workers.Download;

/// <summary>How a job stands, as messages under the lease of its command.</summary>
public sealed class BusReports(ConsumeContext context, DownloadTorrent command) : IDownloadReports
{
    private const string Step = nameof(Contracts.Step.Download);

    private readonly DownloadView _view = new();
    private byte[]? _resumeData = command.ResumeData;

    public Task StartedAsync(string worker, string? volume, CancellationToken cancellationToken) => context.Publish(
        new StepStarted(command.TaskId, command.Infohash, Step, command.Item, command.Lease, worker, volume), cancellationToken);

    public Task MetadataAsync(TorrentMetadata metadata, CancellationToken cancellationToken) =>
        // Known metadata comes with the command.
        command.Info is null
            ? context.Publish(MetadataMessage.Create(command, metadata, _view.Last.Peers), cancellationToken)
            : Task.CompletedTask;

    public void Look(DownloadProgress progress, IReadOnlyList<string> servingPeers, string? stall) => _view.Look(progress, servingPeers, stall);

    public Task CheckpointAsync(byte[] resumeData, CancellationToken cancellationToken)
    {
        _resumeData = resumeData;
        return ProgressAsync(cancellationToken);
    }

    /// <summary>The heartbeat of the lease.</summary>
    public Task ProgressAsync(CancellationToken cancellationToken)
    {
        var (progress, _, stall) = _view.Last;
        var isKnown = progress.WantedBytes > 0 && progress.State is DownloadState.Running or DownloadState.Finished;
        var left = progress.WantedBytes - progress.DoneBytes;
        return context.Publish(
            new StepProgressed(
                command.TaskId, command.Infohash, Step, command.Item, command.Lease,
                isKnown ? (double)progress.DoneBytes / progress.WantedBytes : progress.State == DownloadState.Checking ? progress.Checked : null,
                _view.PayloadBytes, progress.DownBytesPerSecond, progress.Peers, _resumeData,
                // While it is hashed, what is there seems to be missing.
                isKnown ? progress.DoneBytes : null, isKnown ? progress.WantedBytes : null,
                progress.UpBytesPerSecond, progress.Seeds, _view.WastedBytes,
                isKnown && progress.DownBytesPerSecond > 0 ? TimeSpan.FromSeconds(Math.Ceiling((double)left / progress.DownBytesPerSecond)) : null,
                Speed: null, stall),
            cancellationToken);
    }

    public Task CompletedAsync(DownloadOutcome.Completed done, CancellationToken cancellationToken) => context.Publish(
        new StepCompleted(
            command.TaskId, command.Infohash, Step, command.Item, command.Lease, done.Videos[0], done.Videos,
            Container: null, Codec: null, Duration: null, BytesNeeded: 0, _view.PayloadBytes, Rounds: 0, [.. _view.Last.Peers.Take(Limits.PeersInMessage)]),
        cancellationToken);

    public Task YieldedAsync(CancellationToken cancellationToken) => context.Publish(
        new StepYielded(command.TaskId, command.Infohash, Step, command.Item, command.Lease, _view.PayloadBytes, _resumeData, Parts: null),
        cancellationToken);

    public Task FailedAsync(FailureKind kind, string message, CancellationToken cancellationToken) => context.Publish(
        new StepFailed(command.TaskId, command.Infohash, Step, command.Item, command.Lease, kind.ToString(), message, _view.PayloadBytes, _resumeData),
        cancellationToken);
}
