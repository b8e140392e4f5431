using System.Text;
using EventTorrent.Contracts;
using EventTorrent.Hosting.Leases;
using MassTransit;

namespace EventTorrent.Workers.Transcode;

/// <summary>How a job stands, as messages under the lease of its command.</summary>
public sealed class BusReports(ConsumeContext context, TranscodeVideo command, TranscodeView view) : LeaseReports<TranscodeOutcome>(context, command, LeaseOf(command))
{
    protected override byte[]? ResumeData => command.ResumeData;

    protected override double? Speed => view.Last?.Speed;

    protected override IReadOnlyList<MediaStream>? Streams => view.Streams is { } streams
        ? [.. streams.Take(Limits.StreamsInMessage).Select(s => new MediaStream(
            s.Kind, s.Codec, s.Width, s.Height, s.FramesPerSecond, s.BitDepth, s.DynamicRange, s.Channels, s.SampleRate, s.BitsPerSecond, s.Language))]
        : null;

    public override Task ProgressAsync(CancellationToken cancellationToken)
    {
        var last = view.Last;
        return PublishAsync(
            new StepProgressed(
                command.TaskId, command.Infohash, nameof(Step.Transcode), command.Item, command.Lease, last?.Fraction, BytesFetched: 0, DownBytesPerSecond: 0, Peers: 0,
                ResumeData: null, DoneBytes: null, TotalBytes: null, UpBytesPerSecond: null, Seeds: null, WastedBytes: null,
                last?.Remaining, last?.Speed, Stall: null, Map: null, SwarmPeers: null, Trackers: null),
            cancellationToken);
    }

    public override Task EndedAsync(TranscodeOutcome outcome, CancellationToken cancellationToken) => outcome switch
    {
        TranscodeOutcome.Completed done => CompletedAsync(done, cancellationToken),
        TranscodeOutcome.Cut cut => YieldedAsync(cut.Plan, cut.Parts, cancellationToken),
        TranscodeOutcome.Failed failed => FailedAsync(failed.Kind, failed.Message, cancellationToken),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    /// <summary>A part says how far it is: slices that bring nothing new are counted like failures.</summary>
    public override Task YieldedAsync(CancellationToken cancellationToken) => YieldedAsync(
        command.Part is null ? ResumeData : Encoding.ASCII.GetBytes(FormattableString.Invariant($"{view.Last?.Fraction:0.####} {view.Last?.OutputBytes}")),
        parts: null,
        cancellationToken);

    private static WorkLease LeaseOf(TranscodeVideo command) => new(
        command.TaskId, command.Infohash, Step.Transcode, command.Item, command.Lease,
        command.Part is { } part
            ? FormattableString.Invariant($"transcoding part {part + 1} of {command.Parts} of file {command.FileIndex}")
            : FormattableString.Invariant($"transcoding file {command.FileIndex}"));

    private Task CompletedAsync(TranscodeOutcome.Completed done, CancellationToken cancellationToken) => PublishAsync(
        new StepCompleted(
            command.TaskId, command.Infohash, nameof(Step.Transcode), command.Item, command.Lease, command.FileIndex, Promised: [],
            view.Container, Codec: null, done.Duration, BytesNeeded: 0, BytesFetched: 0, Rounds: 0, Peers: [], Map: null, Streams),
        cancellationToken);
}
