using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Storage.Model;

/// <summary>
/// One row per infohash: the only place that says how far a torrent has come, and the instance of the state machine.
/// Api inserts it and writes what a person wants; only Sagas changes <see cref="CurrentState"/>.
/// </summary>
public sealed class TorrentTask : SagaStateMachineInstance
{
    /// <summary><see cref="Contracts.Infohash.ToTaskId"/> of the infohash.</summary>
    public Guid CorrelationId { get; set; }

    /// <summary>40 or 64 lower-case hex digits.</summary>
    public string Infohash { get; set; } = "";

    /// <summary>A <see cref="TaskState"/> by name.</summary>
    public string CurrentState { get; set; } = nameof(TaskState.Pending);

    /// <summary>Rises with every change that a page can see.</summary>
    public long Version { get; set; }

    // What was asked for.
    public Wants Wants { get; set; } = Wants.Screenshots;

    /// <summary>Pictures wanted of each file, 1 to 60, once pictures are.</summary>
    public int Shots { get; set; }

    /// <summary>File indexes that were asked for; empty for the default choice.</summary>
    public IReadOnlyList<int> FilesAsked { get; set; } = [];

    public Verification Verification { get; set; }

    /// <summary>Higher first; 0 is ordinary.</summary>
    public int Priority { get; set; }

    /// <summary>Announce addresses from every submission; may hold passkeys: never logged, never shown to viewers.</summary>
    public IReadOnlyList<string> Trackers { get; set; } = [];

    /// <summary>Peers as "ip:port" from submissions and from workers that were served by them.</summary>
    public IReadOnlyList<string> Peers { get; set; } = [];

    /// <summary>Addresses to tell of what happens to the task; may hold tokens: never logged, never shown.</summary>
    public IReadOnlyList<string> Webhooks { get; set; } = [];

    /// <summary>
    /// Set by the door when it wrote something that the state machine has not looked at yet; the Dispatcher repeats the
    /// nudge until the state machine clears it, so that no request is lost with a message.
    /// </summary>
    public DateTimeOffset? AttentionSince { get; set; }

    /// <summary>Set by the door: a person wants a failed task tried again.</summary>
    public bool RestartAsked { get; set; }

    /// <summary>Written by the door: a person wants the task to rest. The state machine follows by going to Paused, and back.</summary>
    public bool PauseAsked { get; set; }

    /// <summary>
    /// Where the leases of new items begin: above those of an earlier life of this task, which was deleted while somebody may
    /// still have been at work.
    /// </summary>
    public int LeaseFloor { get; set; }

    // What is known.

    /// <summary>From the metadata, else from the magnet link. Untrusted text.</summary>
    public string? Name { get; set; }

    public long? SizeBytes { get; set; }

    public int? PieceLengthBytes { get; set; }

    public bool IsPrivate { get; set; }

    /// <summary>How many files the torrent has; <see cref="Files"/> may hold fewer of them.</summary>
    public int? FileCount { get; set; }

    public string? InfohashV1 { get; set; }

    public string? InfohashV2 { get; set; }

    /// <summary>The metadata has been seen, whether or not it was small enough to be kept.</summary>
    public bool HasMetadata { get; set; }

    // How it went.

    /// <summary>Payload bytes of all leases so far.</summary>
    public long BytesFetched { get; set; }

    /// <summary>When the first picture was stored.</summary>
    public DateTimeOffset? FirstShotAt { get; set; }

    /// <summary>The last failure, also while a retry is due.</summary>
    public FailureKind? FailureKind { get; set; }

    /// <summary>One sentence for a person.</summary>
    public string? FailureMessage { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When the first worker began, or null.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the task came to its final state, or null.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When somebody watched its stream last, or null. Written by the door.</summary>
    public DateTimeOffset? LastWatchedAt { get; set; }

    /// <summary>The units of all steps; loaded with the task, as every decision needs them.</summary>
    public List<WorkItem> Items { get; } = [];

    // Only ever added to by the state machine, never loaded with the task.
    public List<TaskFile> Files { get; } = [];

    public List<StoredScreenshot> Screenshots { get; } = [];

    public List<TimelineEntry> Timeline { get; } = [];
}
