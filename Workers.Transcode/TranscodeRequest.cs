using EventTorrent.Contracts;

namespace EventTorrent.Workers.Transcode;

/// <summary>What a job is asked for.</summary>
public sealed record TranscodeRequest
{
    public required Guid TaskId { get; init; }

    public required string Infohash { get; init; }

    /// <summary>The work item, and the lease on it.</summary>
    public required int Item { get; init; }

    public required int Lease { get; init; }

    public required int FileIndex { get; init; }

    /// <summary>Of the video in the torrent.</summary>
    public required string Path { get; init; }

    public IReadOnlyList<TorrentFile> Subtitles { get; init; } = [];

    /// <summary>The part, or null for the whole video.</summary>
    public int? Part { get; init; }

    /// <summary>The video was cut.</summary>
    public bool IsCut { get; init; }

    /// <summary>The plan, once there is one.</summary>
    public byte[]? Plan { get; init; }

    /// <summary>Ends with the slice: the work goes on, but not for this message.</summary>
    public CancellationToken SliceEnd { get; init; }

    public static TranscodeRequest Of(TranscodeVideo command, CancellationToken sliceEnd) => new()
    {
        TaskId = command.TaskId,
        Infohash = command.Infohash,
        Item = command.Item,
        Lease = command.Lease,
        FileIndex = command.FileIndex,
        Path = command.Path,
        Subtitles = command.Subtitles,
        Part = command.Part,
        IsCut = command.Parts is not null,
        Plan = command.Part is null ? command.ResumeData : command.Plan,
        SliceEnd = sliceEnd,
    };
}
