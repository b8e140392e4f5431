using EventTorrent.Torrents;

namespace EventTorrent.Workers.Screenshot;

/// <summary>What a job is asked for.</summary>
public sealed record ScreenshotRequest
{
    public required TorrentSource Source { get; init; }

    /// <summary>What the task is known by; null: what the metadata says.</summary>
    public string? Infohash { get; init; }

    public required AddTorrentOptions Options { get; init; }

    /// <summary>The file, or null for the first that <see cref="Contracts.VideoFiles"/> selects.</summary>
    public int? FileIndex { get; init; }

    /// <summary>File indexes that were asked for; empty for the default choice.</summary>
    public IReadOnlyList<int> Files { get; init; } = [];

    /// <summary>Pictures wanted, 1 to 60; 0: no more than the metadata.</summary>
    public required int Shots { get; init; }

    /// <summary>Indexes of pictures that are stored already.</summary>
    public IReadOnlyList<int> Done { get; init; } = [];

    public VerificationPolicy Policy { get; init; }

    /// <summary>The plan of an earlier attempt, or null.</summary>
    public byte[]? ResumeData { get; init; }

    /// <summary>Ends with the slice: work that is cancelled for that goes on soon, and its torrent stays in the swarm until then.</summary>
    public CancellationToken SliceEnd { get; init; }
}
