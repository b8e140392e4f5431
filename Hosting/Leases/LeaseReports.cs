using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Hosting.Leases;

/// <summary>
/// What a worker says under its lease. Here is what all of them say alike; each adds what it alone knows. A word ends with its token:
/// when the broker dies the transport may wait for ever, and what waits with it would keep the lease among the running ones, and the
/// torrent in its swarm.
/// </summary>
/// <typeparam name="TOutcome">How its work may end.</typeparam>
public abstract class LeaseReports<TOutcome>(ConsumeContext context, object command, WorkLease lease)
{
    private const int MaxNameLength = 1024;

    private long _counted;

    public WorkLease Lease => lease;

    /// <summary>The delivery of the command.</summary>
    internal ConsumeContext Context => context;

    /// <summary>Payload received under this lease.</summary>
    protected virtual long BytesFetched => 0;

    /// <summary>Of an encoder: seconds of video per second, or null while it says nothing.</summary>
    protected internal virtual double? Speed => null;

    /// <summary>Of a whole video: what is in its file; null when it was not looked at.</summary>
    protected virtual IReadOnlyList<MediaStream>? Streams => null;

    /// <summary>What the next attempt needs to go on, or null.</summary>
    protected abstract byte[]? ResumeData { get; }

    /// <summary>The heartbeat of the lease.</summary>
    public abstract Task ProgressAsync(CancellationToken cancellationToken);

    /// <summary>The work ended by itself: done or failed, by the name of its outcome.</summary>
    public abstract Task EndedAsync(TOutcome outcome, CancellationToken cancellationToken);

    public Task StartedAsync(WorkerIdentity worker, CancellationToken cancellationToken) => PublishAsync(
        new StepStarted(lease.TaskId, lease.Infohash, lease.Step.ToString(), lease.Item, lease.Number, worker.Name, worker.Volume), cancellationToken);

    /// <summary>The slice is over.</summary>
    public virtual Task YieldedAsync(CancellationToken cancellationToken) => YieldedAsync(ResumeData, parts: null, cancellationToken);

    public Task FailedAsync(FailureKind kind, string message, CancellationToken cancellationToken) => PublishAsync(
        new StepFailed(
            lease.TaskId, lease.Infohash, lease.Step.ToString(), lease.Item, lease.Number, kind.ToString(), message, BytesFetched, ResumeData),
        cancellationToken);

    /// <summary>The command goes to the end of the queue that it came from, as if nobody had had it.</summary>
    internal Task GiveBackAsync(CancellationToken cancellationToken) => SendAsync(context.ReceiveContext.InputAddress, command, cancellationToken);

    /// <summary>Payload received since the last call.</summary>
    internal long TakeFetched()
    {
        var fetched = BytesFetched - _counted;
        _counted += fetched;
        return Math.Max(0, fetched);
    }

    protected Task PublishAsync<T>(T message, CancellationToken cancellationToken) where T : class =>
        context.Publish(message, cancellationToken).WaitAsync(cancellationToken);

    protected async Task SendAsync(Uri address, object message, CancellationToken cancellationToken)
    {
        var queue = await context.GetSendEndpoint(address).WaitAsync(cancellationToken);
        await queue.Send(message, message.GetType(), cancellationToken).WaitAsync(cancellationToken);
    }

    protected Task YieldedAsync(byte[]? resumeData, int? parts, CancellationToken cancellationToken) => PublishAsync(
        new StepYielded(lease.TaskId, lease.Infohash, lease.Step.ToString(), lease.Item, lease.Number, BytesFetched, resumeData, parts, Streams), cancellationToken);

    /// <summary>The metadata, cut to the size of a message.</summary>
    /// <param name="name">Untrusted text.</param>
    /// <param name="files">All but those that only fill up pieces.</param>
    /// <param name="info">The bencoded info dictionary.</param>
    /// <param name="peers">"ip:port" of those that served us.</param>
    protected Task MetadataAsync(
        string? infohashV1, string? infohashV2, string name, long totalBytes, int pieceLengthBytes, bool isPrivate,
        IReadOnlyCollection<TorrentFile> files, ReadOnlyMemory<byte> info, IEnumerable<string> peers, CancellationToken cancellationToken) => PublishAsync(
        new MetadataFetched(
            lease.TaskId, lease.Infohash, lease.Step.ToString(), lease.Item, lease.Number, infohashV1, infohashV2,
            name.Length > MaxNameLength ? name[..MaxNameLength] : name,
            totalBytes, pieceLengthBytes, isPrivate, files.Count, ListedFiles.Of(files),
            info.Length is > 0 and <= Limits.InfoInMessageBytes ? info.ToArray() : null,
            [.. peers.Take(Limits.PeersInMessage)]),
        cancellationToken);
}
