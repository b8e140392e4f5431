using System.Text.Json.Serialization;

namespace EventTorrent.Api.Tasks;

/// <summary>A task as a page shows it in a line: what the hub pushes, and the head of every other representation.</summary>
internal record TaskView
{
    /// <summary>40 or 64 lower-case hex digits.</summary>
    [JsonPropertyOrder(-9)]
    public required string Infohash { get; init; }

    /// <summary>pending, working, success, recoverable_failure or permanent_failure.</summary>
    [JsonPropertyOrder(-8)]
    public required string Status { get; init; }

    /// <summary>Pending, Fetching, Screenshotting, Downloading, Transcoding, Playable, Completed, Failed or Paused.</summary>
    [JsonPropertyOrder(-7)]
    public required string State { get; init; }

    /// <summary>Rises with every change: a representation with a lower one than seen before is old.</summary>
    [JsonPropertyOrder(-6)]
    public required long Version { get; init; }

    /// <summary>Untrusted text.</summary>
    [JsonPropertyOrder(-5)]
    public required string? Name { get; init; }

    [JsonPropertyOrder(-4)]
    public required long? SizeBytes { get; init; }

    /// <summary>0 to 1 within the state, or null when unknown.</summary>
    [JsonPropertyOrder(-3)]
    public required double? Progress { get; init; }

    public required int ShotsStored { get; init; }

    /// <summary>Null until the files are known.</summary>
    public required int? ShotsWanted { get; init; }

    public required long BytesFetched { get; init; }

    public required long DownBytesPerSecond { get; init; }

    public required int Peers { get; init; }

    /// <summary>The last failure, also while a retry is due.</summary>
    public required FailureView? Failure { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required long UpBytesPerSecond { get; init; }

    public required int Seeds { get; init; }

    /// <summary>To the end of the download, or of the transcoding, at the present speed; null when unknown.</summary>
    [JsonPropertyName("remaining_s")]
    public required double? RemainingSeconds { get; init; }

    /// <summary>One sentence on what the task waits for, or null while it does not wait.</summary>
    public required string? Reason { get; init; }
}
