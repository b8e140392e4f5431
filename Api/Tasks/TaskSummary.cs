namespace EventTorrent.Api.Tasks;

/// <summary>A task in a list.</summary>
internal record TaskSummary : TaskView
{
    /// <summary>What was asked for: screenshots, stream, or both with a comma; or metadata.</summary>
    public required string Want { get; init; }

    /// <summary>Pictures wanted of each file.</summary>
    public required int Shots { get; init; }

    /// <summary>Higher first; 0 is ordinary.</summary>
    public required int Priority { get; init; }

    /// <summary>Bytes of the indexes and the chosen keyframes: the theoretical minimum.</summary>
    public required long BytesNeeded { get; init; }

    /// <summary>From the moment that a worker began to the first stored picture.</summary>
    public required long? TimeToFirstShotMs { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }
}
