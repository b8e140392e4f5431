using System.Text;
using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Workers.Transcode;

/// <summary>How a job stands, as messages under the lease of its command.</summary>
public sealed class BusReports(ConsumeContext context, TranscodeVideo command, TranscodeView view)
{
    private const string Step = nameof(Contracts.Step.Transcode);

    public Task StartedAsync(string worker, string? volume, CancellationToken cancellationToken) => context.Publish(
        new StepStarted(command.TaskId, command.Infohash, Step, command.Item, command.Lease, worker, volume), cancellationToken);

    /// <summary>The heartbeat of the lease.</summary>
    public Task ProgressAsync(CancellationToken cancellationToken)
    {
        var last = view.Last;
        return context.Publish(
            new StepProgressed(
                command.TaskId, command.Infohash, Step, command.Item, command.Lease, last?.Fraction, BytesFetched: 0, DownBytesPerSecond: 0, Peers: 0,
                ResumeData: null, DoneBytes: null, TotalBytes: null, UpBytesPerSecond: null, Seeds: null, WastedBytes: null,
                last?.Remaining, last?.Speed, Stall: null),
            cancellationToken);
    }

    public Task CompletedAsync(TranscodeOutcome.Completed done, CancellationToken cancellationToken) => context.Publish(
        new StepCompleted(
            command.TaskId, command.Infohash, Step, command.Item, command.Lease, command.FileIndex, Promised: [],
            Container: null, Codec: null, done.Duration, BytesNeeded: 0, BytesFetched: 0, Rounds: 0, Peers: []),
        cancellationToken);

    public Task CutAsync(TranscodeOutcome.Cut cut, CancellationToken cancellationToken) => YieldedAsync(cut.Plan, cut.Parts, cancellationToken);

    /// <summary>A part says how far it is: slices that bring nothing new are counted like failures.</summary>
    public Task YieldedAsync(CancellationToken cancellationToken) => YieldedAsync(
        command.Part is null ? command.ResumeData : Encoding.ASCII.GetBytes(FormattableString.Invariant($"{view.Last?.Fraction:0.####} {view.Last?.OutputBytes}")),
        parts: null,
        cancellationToken);

    public Task FailedAsync(FailureKind kind, string message, CancellationToken cancellationToken) => context.Publish(
        new StepFailed(
            command.TaskId, command.Infohash, Step, command.Item, command.Lease, kind.ToString(), message, BytesFetched: 0, command.ResumeData),
        cancellationToken);

    private Task YieldedAsync(byte[]? resumeData, int? parts, CancellationToken cancellationToken) => context.Publish(
        new StepYielded(command.TaskId, command.Infohash, Step, command.Item, command.Lease, BytesFetched: 0, resumeData, parts), cancellationToken);
}
