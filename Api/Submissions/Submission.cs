using EventTorrent.Contracts;

namespace EventTorrent.Api.Submissions;

/// <summary>What one POST asks for, read and checked. Null means that nothing was said, which never takes away from an existing task.</summary>
internal sealed record Submission(Infohash Infohash)
{
    public const int DefaultShots = 10;

    public Infohash? InfohashV1 { get; init; }

    public Infohash? InfohashV2 { get; init; }

    public string? Name { get; init; }

    /// <summary>May hold passkeys: never logged, never shown.</summary>
    public IReadOnlyList<string> Trackers { get; init; } = [];

    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>The bencoded info dictionary, when it is small enough to be kept.</summary>
    public byte[]? Info { get; init; }

    public Wants? Wants { get; init; }

    public int? Shots { get; init; }

    public IReadOnlyList<int> Files { get; init; } = [];

    public Verification? Verification { get; init; }

    public int? Priority { get; init; }

    /// <summary>Whom to tell of what happens; may hold a token: never logged, never shown.</summary>
    public string? Webhook { get; init; }
}
