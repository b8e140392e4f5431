namespace EventTorrent.Contracts;

/// <summary>A worker has begun a work item. Published by the worker, first of all its reports.</summary>
/// <param name="Step">A <see cref="Contracts.Step"/> by name.</param>
/// <param name="Worker">Instance name of the process, unique while it runs.</param>
/// <param name="Volume">The volume that the worker mounts, or null.</param>
public sealed record StepStarted(Guid TaskId, string Infohash, string Step, int Item, int Lease, string Worker, string? Volume) : IWorkReport;

/// <summary>The heartbeat of a work item, about every 5 s, and whenever there is new resume data.</summary>
/// <param name="Progress">0 to 1, or null when unknown.</param>
/// <param name="BytesFetched">Payload received under this lease.</param>
/// <param name="ResumeData">At most 256 KiB; null leaves what is stored.</param>
/// <param name="DoneBytes">Of a download: verified bytes of the selected files that are on the volume.</param>
/// <param name="TotalBytes">Of a download: bytes of the selected files.</param>
/// <param name="Seeds">Peers that have everything.</param>
/// <param name="WastedBytes">Payload under this lease that was received twice or failed its hash.</param>
/// <param name="Remaining">Time to the end at the present speed, or null when unknown.</param>
/// <param name="Speed">Of an encoder: seconds of video per second.</param>
/// <param name="Stall">One sentence for a person on why nothing arrives, or null while something does.</param>
/// <param name="Map">
/// How much is here of the file, or of the pieces that a download wants, in at most 256 equal parts: 0 none of a part, 255 all of it.
/// Null leaves what is stored.
/// </param>
/// <param name="SwarmPeers">Who is connected, the most useful first, at most 50; null leaves what is stored.</param>
/// <param name="Trackers">At most 20; null leaves what is stored.</param>
public sealed record StepProgressed(
    Guid TaskId,
    string Infohash,
    string Step,
    int Item,
    int Lease,
    double? Progress,
    long BytesFetched,
    long DownBytesPerSecond,
    int Peers,
    byte[]? ResumeData,
    long? DoneBytes,
    long? TotalBytes,
    long? UpBytesPerSecond,
    int? Seeds,
    long? WastedBytes,
    TimeSpan? Remaining,
    double? Speed,
    string? Stall,
    byte[]? Map,
    IReadOnlyList<SwarmPeer>? SwarmPeers,
    IReadOnlyList<SwarmTracker>? Trackers) : IWorkReport;

/// <summary>The metadata is here. Published by the worker that has item 0 of the first step.</summary>
/// <param name="Files">The files, at most 2,000 of them (videos are kept before others); <paramref name="FileCount"/> is how many there are.</param>
/// <param name="Info">The bencoded info dictionary when it is at most 512 KiB, else null.</param>
/// <param name="Peers">"ip:port" of up to 16 peers that served us.</param>
public sealed record MetadataFetched(
    Guid TaskId,
    string Infohash,
    string Step,
    int Item,
    int Lease,
    string? InfohashV1,
    string? InfohashV2,
    string Name,
    long SizeBytes,
    int PieceLengthBytes,
    bool IsPrivate,
    int FileCount,
    IReadOnlyList<TorrentFile> Files,
    byte[]? Info,
    IReadOnlyList<string> Peers) : IWorkReport;

/// <summary>A slice is over and the work is not: issue it again at once, with this resume data.</summary>
/// <param name="Parts">
/// Of the item of a whole video: it is cut in so many parts (chunks to encode, and what else can be done apart), which the
/// resume data describes. Each becomes an item of its own; this one goes on when all of them are done. Null else.
/// </param>
/// <param name="Streams">Of the item of a whole video: what is in the file, at most 32; null leaves what is stored.</param>
public sealed record StepYielded(
    Guid TaskId, string Infohash, string Step, int Item, int Lease, long BytesFetched, byte[]? ResumeData, int? Parts,
    IReadOnlyList<MediaStream>? Streams) : IWorkReport;

/// <summary>A work item has done what it could.</summary>
/// <param name="FileIndex">The file that was worked on.</param>
/// <param name="Promised">
/// Indexes of all results that the item has produced, under this lease or before. The step is complete when these are
/// stored, whatever was reported. Of a download: the indexes of the videos whose files are complete on the volume. Of a
/// transcode: nothing, as its result is in place before it is reported.
/// </param>
/// <param name="Container">Container by content, such as "mp4".</param>
/// <param name="Codec">Video codec as the container names it.</param>
/// <param name="BytesNeeded">Bytes of the index and the chosen keyframes: the theoretical minimum.</param>
/// <param name="BytesFetched">Payload received under this lease.</param>
/// <param name="Rounds">Dependent round trips to the swarm after the metadata.</param>
/// <param name="Map">As of <see cref="StepProgressed"/>.</param>
/// <param name="Streams">As of <see cref="StepYielded"/>.</param>
public sealed record StepCompleted(
    Guid TaskId,
    string Infohash,
    string Step,
    int Item,
    int Lease,
    int FileIndex,
    IReadOnlyList<int> Promised,
    string? Container,
    string? Codec,
    TimeSpan? Duration,
    long BytesNeeded,
    long BytesFetched,
    int Rounds,
    IReadOnlyList<string> Peers,
    byte[]? Map,
    IReadOnlyList<MediaStream>? Streams) : IWorkReport;

/// <summary>A work item ended without result.</summary>
/// <param name="Kind">A <see cref="FailureKind"/> by name; it says whether another attempt can help.</param>
/// <param name="Message">One sentence for a person: what, and what was waited for. No addresses, no secrets.</param>
public sealed record StepFailed(
    Guid TaskId,
    string Infohash,
    string Step,
    int Item,
    int Lease,
    string Kind,
    string Message,
    long BytesFetched,
    byte[]? ResumeData) : IWorkReport;

/// <summary>
/// Stop the work on an item under this lease and all before it. Broadcast to every worker when a report came under an old
/// lease, or a task was paused or deleted.
/// </summary>
/// <param name="Step">A <see cref="Contracts.Step"/> by name, or null for every step.</param>
/// <param name="Item">The item, or null for every item.</param>
public sealed record StopWork(Guid TaskId, string? Step, int? Item, int Lease);
