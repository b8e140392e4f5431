namespace EventTorrent.TestKit;

/// <summary>What happened in a cluster, as its parts say independently of each other.</summary>
public sealed record History
{
    /// <summary>The only one of a task that wants pictures alone.</summary>
    private const string FirstStep = "Screenshots";

    /// <summary>Tasks as they ended.</summary>
    public required IReadOnlyList<Task> Tasks { get; init; }

    /// <summary>Every change of every work item that was committed, in order.</summary>
    public required IReadOnlyList<ItemChange> Changes { get; init; }

    /// <summary>The timelines, in order.</summary>
    public required IReadOnlyList<TimelineRow> Timeline { get; init; }

    /// <summary>Pictures that the tables name.</summary>
    public required IReadOnlyList<Picture> Pictures { get; init; }

    /// <summary>Pictures that lie on the disk.</summary>
    public required IReadOnlyList<Picture> Files { get; init; }

    /// <summary>What workers and stores said on the bus.</summary>
    public required IReadOnlyList<Report> Reports { get; init; }

    /// <summary>Messages that nobody could handle, by the queue that holds them.</summary>
    public required IReadOnlyDictionary<string, int> DeadLetters { get; init; }

    /// <summary>Whether the bus was heard without a gap: false when the broker was killed, which may cost messages that were under way.</summary>
    public bool BusIsWhole { get; init; } = true;

    public sealed record Task(string Infohash, string State, string? FailureKind);

    /// <param name="StoredBits">Bit i for picture i that is stored.</param>
    /// <param name="PromisedBits">Bit i for picture i that the worker promised, or null.</param>
    public sealed record ItemChange(string Infohash, int Item, string State, int Lease, string? Worker, int? FileIndex, long StoredBits, long? PromisedBits)
    {
        /// <summary>Items are counted within a step.</summary>
        public string Step { get; init; } = FirstStep;
    }

    public sealed record TimelineRow(string Infohash, string ToState, int? Lease);

    public sealed record Picture(string Infohash, int File, int Index, long LengthBytes);

    /// <param name="Kind">Name of the message, such as StepStarted.</param>
    /// <param name="Worker">Who has begun; of StepStarted only.</param>
    public sealed record Report(string Kind, string Infohash, int Item, int Lease, string? Worker)
    {
        public string Step { get; init; } = FirstStep;
    }
}
