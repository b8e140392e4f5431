using EventTorrent.Contracts;

namespace EventTorrent.Storage.Model;

/// <summary>
/// One unit of a step: what a single command asks for. The row is the outbox: whatever message is lost, the Dispatcher
/// finds the item by <see cref="DueAt"/> and issues it again under the next lease.
/// </summary>
public sealed class WorkItem
{
    public Guid TaskId { get; set; }

    public Step Step { get; set; }

    /// <summary>Number within the step, from 0.</summary>
    public int Index { get; set; }

    public WorkItemState State { get; set; }

    /// <summary>When the Dispatcher has to look at it next; null when never again.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>The task's priority, here so that the next item is found by one index.</summary>
    public int Priority { get; set; }

    /// <summary>When the item came into being: among equal priorities the oldest goes first.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The current right to report; before the first issue the task's <see cref="TorrentTask.LeaseFloor"/>.</summary>
    public int Lease { get; set; }

    /// <summary>Failures in a row without progress between them.</summary>
    public int FailedAttempts { get; set; }

    /// <summary>The file it works on; null for item 0 before the metadata is known.</summary>
    public int? FileIndex { get; set; }

    /// <summary>
    /// Pictures wanted of the file when the item was made or widened, 1 to 60; 0 for other steps, and while the metadata is all that is wanted.
    /// </summary>
    public int Shots { get; set; }

    /// <summary>Results of leases before this one belong to another plan and are not wanted any more.</summary>
    public int PlanLease { get; set; }

    /// <summary>Results that are stored, bit i for result i (at most 60 shots a file). A set: reports may come twice.</summary>
    public long StoredBits { get; set; }

    /// <summary>Results that the worker says it has produced; null until it reports completion.</summary>
    public long? PromisedBits { get; set; }

    /// <summary>The volume whose workers alone may have it, as its bytes are there; empty for those of any.</summary>
    public string BoundVolume { get; set; } = "";

    /// <summary>Of a part of a video: which, from 0; null for all other items.</summary>
    public int? Part { get; set; }

    /// <summary>Of a video that was cut, in all its items: how many parts there are. The item of the whole rests until all of them are done.</summary>
    public int? Parts { get; set; }

    /// <summary>What the next attempt needs to go on, at most 256 KiB.</summary>
    public byte[]? ResumeData { get; set; }

    // The last report of the current lease, for people.
    public string? Worker { get; set; }

    public string? Volume { get; set; }

    public double? Progress { get; set; }

    /// <summary>Payload under the current lease.</summary>
    public long BytesFetched { get; set; }

    /// <summary>Payload under all leases before.</summary>
    public long BytesFetchedEarlier { get; set; }

    public long DownBytesPerSecond { get; set; }

    public int Peers { get; set; }

    public long UpBytesPerSecond { get; set; }

    public int Seeds { get; set; }

    /// <summary>Of a download: what is on the volume, verified; kept over attempts.</summary>
    public long? DoneBytes { get; set; }

    /// <summary>Of a download: what has to be there at the end.</summary>
    public long? TotalBytes { get; set; }

    public long WastedBytes { get; set; }

    /// <summary>
    /// How much is here of the file, or of the pieces that a download wants, in at most 256 equal parts: 0 none of a part, 255 all of it;
    /// kept over attempts. Null until something is known.
    /// </summary>
    public byte[]? FetchedMap { get; set; }

    /// <summary>Time to the end at the present speed, or null when unknown.</summary>
    public TimeSpan? Remaining { get; set; }

    /// <summary>Of an encoder: seconds of video per second.</summary>
    public double? Speed { get; set; }

    /// <summary>Why nothing arrives, or null while something does.</summary>
    public string? Stall { get; set; }

    /// <summary>Who its worker is connected to; null when nobody is at work, or does not say.</summary>
    public IReadOnlyList<SwarmPeer>? SwarmPeers { get; set; }

    /// <summary>What trackers say to its worker; null when nobody is at work, or does not say.</summary>
    public IReadOnlyList<SwarmTracker>? Trackers { get; set; }

    public FailureKind? FailureKind { get; set; }

    public string? FailureMessage { get; set; }

    // What was learnt of the file.
    public string? Container { get; set; }

    public string? Codec { get; set; }

    public TimeSpan? Duration { get; set; }

    /// <summary>Of a whole video that is transcoded: what is in its file; null before a worker has looked.</summary>
    public IReadOnlyList<MediaStream>? Streams { get; set; }

    /// <summary>Bytes of index and chosen keyframes: the theoretical minimum.</summary>
    public long BytesNeeded { get; set; }

    public int Rounds { get; set; }
}
