using EventTorrent.Torrents;

namespace EventTorrent.Workers.Download;

/// <summary>What a job is asked for.</summary>
public sealed record DownloadRequest
{
    public required TorrentSource Source { get; init; }

    /// <summary>What the task is known by: lower-case hex digits.</summary>
    public required string Infohash { get; init; }

    /// <summary>The lease that it is done under.</summary>
    public int Lease { get; init; }

    /// <summary>File indexes that were asked for; empty for the default choice.</summary>
    public IReadOnlyList<int> Files { get; init; } = [];

    /// <summary>Trackers to announce to beside those of the source.</summary>
    public IReadOnlyList<string> Trackers { get; init; } = [];

    /// <summary>"ip:port" of peers that are known to serve.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>The checkpoint of an earlier attempt, or null.</summary>
    public byte[]? ResumeData { get; init; }

    /// <summary>Ends with the slice: work that is cancelled for that goes on soon, and its transfer does not stop until then.</summary>
    public CancellationToken SliceEnd { get; init; }
}
