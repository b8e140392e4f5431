using EventTorrent.Contracts;
using EventTorrent.Hosting.Leases;
using EventTorrent.Torrents;
using MassTransit;

namespace EventTorrent.Workers.Download;

/// <summary>How a job stands, as messages under the lease of its command.</summary>
public sealed class BusReports(ConsumeContext context, DownloadTorrent command)
    : LeaseReports<DownloadOutcome>(context, command, LeaseOf(command)), IDownloadReports
{
    private readonly DownloadView _view = new();
    private byte[]? _resumeData = command.ResumeData;

    protected override long BytesFetched => _view.PayloadBytes;

    protected override byte[]? ResumeData => _resumeData;

    public Task MetadataAsync(TorrentMetadata metadata, CancellationToken cancellationToken) =>
        // The command may bring the info dictionary of a .torrent, or of an earlier life of the task: its files are told all the same.
        MetadataAsync(
            metadata.InfohashV1, metadata.InfohashV2, metadata.Name, metadata.TotalBytes, metadata.PieceLengthBytes, metadata.IsPrivate,
            metadata.ToContentFiles(), command.Info is null ? metadata.InfoBytes : default, _view.Last.Peers, cancellationToken);

    public void Look(DownloadProgress progress, IReadOnlyList<string> servingPeers, string? stall, DownloadDetail detail) =>
        _view.Look(progress, servingPeers, stall, detail);

    public Task CheckpointAsync(byte[] resumeData, CancellationToken cancellationToken)
    {
        _resumeData = resumeData;
        return ProgressAsync(cancellationToken);
    }

    public override Task ProgressAsync(CancellationToken cancellationToken)
    {
        var (progress, _, stall, detail) = _view.Last;
        var isKnown = progress.WantedBytes > 0 && progress.State is DownloadState.Running or DownloadState.Finished;
        var left = progress.WantedBytes - progress.DoneBytes;
        return PublishAsync(
            new StepProgressed(
                command.TaskId, command.Infohash, nameof(Step.Download), command.Item, command.Lease,
                isKnown ? (double)progress.DoneBytes / progress.WantedBytes : progress.State == DownloadState.Checking ? progress.Checked : null,
                _view.PayloadBytes, progress.DownBytesPerSecond, progress.Peers, _resumeData,
                // While it is hashed, what is there seems to be missing.
                isKnown ? progress.DoneBytes : null, isKnown ? progress.WantedBytes : null,
                progress.UpBytesPerSecond, progress.Seeds, _view.WastedBytes,
                isKnown && progress.DownBytesPerSecond > 0 ? TimeSpan.FromSeconds(Math.Ceiling((double)left / progress.DownBytesPerSecond)) : null,
                Speed: null, stall, isKnown ? detail.Map : null, detail.Swarm.ToPeers(), detail.Swarm.ToTrackers()),
            cancellationToken);
    }

    public override async Task EndedAsync(DownloadOutcome outcome, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case DownloadOutcome.Completed done:
                await CompletedAsync(done, cancellationToken);
                break;
            case DownloadOutcome.Failed failed:
                // First what was reached: bytes are what tells an attempt that helped from one that did not.
                await ProgressAsync(cancellationToken);
                await FailedAsync(failed.Kind, failed.Message, cancellationToken);
                break;
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}.");
        }
    }

    private static WorkLease LeaseOf(DownloadTorrent command) => new(command.TaskId, command.Infohash, Step.Download, command.Item, command.Lease, "its download");

    private Task CompletedAsync(DownloadOutcome.Completed done, CancellationToken cancellationToken) => PublishAsync(
        new StepCompleted(
            command.TaskId, command.Infohash, nameof(Step.Download), command.Item, command.Lease, done.Videos[0], done.Videos,
            Container: null, Codec: null, Duration: null, BytesNeeded: 0, _view.PayloadBytes, Rounds: 0, [.. _view.Last.Peers.Take(Limits.PeersInMessage)], _view.Last.Detail.Map, Streams: null),
        cancellationToken);
}
