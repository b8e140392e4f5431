namespace EventTorrent.Contracts;

/// <summary>
/// Something about an existing task was written to its row by the door (wider wants, another attempt): look at it now.
/// Sent by Api after the row is committed; a lost one is sent again by the Dispatcher, a second one changes nothing.
/// </summary>
/// <param name="Infohash">40 or 64 lower-case hex digits.</param>
public sealed record SubmitTorrent(Guid TaskId, string Infohash);

/// <summary>
/// There are new tasks in the table. Sent by Api to the Dispatcher, at once and then at most every few milliseconds however
/// many tasks are added; lossy, as the Dispatcher looks by itself too.
/// </summary>
public sealed record WorkAdded(DateTimeOffset At);

/// <summary>
/// Remove all that is stored of a task. Published after its rows are gone, by Api, or those of its stream, by the state machine;
/// every store that holds some of it consumes it. The workers of a volume can't know whether it was wanted again since: they answer
/// by <see cref="VolumeListed"/>, and the saga host, which knows, by this message again, with a mark.
/// </summary>
/// <param name="Mark">
/// What a directory on a volume must have as its mark to be removed, as <see cref="VolumeListed"/> said it: whoever begins there
/// leaves another one first. Empty: to be asked for. Null, of a task that was deleted without its data, and from older versions: of volumes
/// nothing is removed.
/// </param>
public sealed record PurgeData(Guid TaskId, string Infohash, string? Mark);

/// <summary>
/// A task as pages show it, whole. Published by the saga at every change; lossy: a page that misses one reads the task
/// again, and one with a lower <paramref name="Version"/> than seen before is old.
/// </summary>
/// <param name="State">A <see cref="TaskState"/> by name.</param>
/// <param name="Name">From the metadata, or from the magnet link, or null. Untrusted text.</param>
/// <param name="Progress">0 to 1 within the state, or null when unknown.</param>
/// <param name="FailureKind">A <see cref="Contracts.FailureKind"/> by name: the last failure, also while a retry is due.</param>
/// <param name="RetryAt">When the next attempt is due, or null.</param>
/// <param name="Remaining">Time to the end of the download at the present speed, or null when unknown.</param>
/// <param name="Reason">One sentence on what the task waits for, or null while it does not wait.</param>
public sealed record TaskChanged(
    Guid TaskId,
    string Infohash,
    long Version,
    string State,
    string? Name,
    long? SizeBytes,
    int ShotsStored,
    int? ShotsWanted,
    double? Progress,
    long BytesFetched,
    long DownBytesPerSecond,
    int Peers,
    string? FailureKind,
    string? FailureMessage,
    DateTimeOffset? RetryAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long? UpBytesPerSecond,
    int? Seeds,
    TimeSpan? Remaining,
    string? Reason);

/// <summary>A task and all that was stored of it is gone. Published by Api, for pages; lossy.</summary>
public sealed record TaskDeleted(Guid TaskId, string Infohash);
