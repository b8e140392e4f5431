using System.Text.Json.Serialization;

namespace EventTorrent.Media.Hls;

/// <summary>
/// How a video becomes a stream: what is copied, what is encoded, and in which parts. Two workers with the same plan make
/// parts that fit together. The plan has no paths.
/// </summary>
public sealed record HlsPlan
{
    /// <summary>Of the source, as <c>ffprobe</c> never gets to choose it.</summary>
    public required string Demuxer { get; init; }

    /// <summary>Length of the source; another file is not this plan's.</summary>
    public required long LengthBytes { get; init; }

    /// <summary>Zero when unknown.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The first timestamp of any stream of the source; it becomes the start of the result.</summary>
    public required long StartMicroseconds { get; init; }

    /// <summary>
    /// Timestamps of the source are taken as they are. False where they may jump (broadcasts): ffmpeg mends that, but only
    /// when it reads from the start, so there is one chunk.
    /// </summary>
    public required bool TrustsTimestamps { get; init; }

    /// <summary>Index of the video stream.</summary>
    public required int VideoStream { get; init; }

    /// <summary>As ffmpeg names it, when a rendition is a copy; else null.</summary>
    public string? CopiedCodec { get; init; }

    /// <summary>Of all renditions.</summary>
    public SegmentFormat Segments { get; init; }

    public required bool Deinterlace { get; init; }

    /// <summary>Transfer characteristics of the source that must become those of a screen where it is encoded, or null.</summary>
    public string? HighDynamicRange { get; init; }

    /// <summary>The best first; at least one.</summary>
    public required IReadOnlyList<VideoRendition> Video { get; init; }

    public required IReadOnlyList<AudioRendition> Audio { get; init; }

    public required IReadOnlyList<SubtitleRendition> Subtitles { get; init; }

    public required IReadOnlyList<SkippedStream> Skipped { get; init; }

    /// <summary>Where one chunk ends and the next begins, in timestamps of the source; empty for a single chunk.</summary>
    public required IReadOnlyList<long> CutsMicroseconds { get; init; }

    /// <summary>What is in the source, for people; null when the plan was made elsewhere, as it is not part of it.</summary>
    [JsonIgnore]
    public IReadOnlyList<StreamFacts>? Streams { get; init; }

    /// <summary>By content, such as mp4.</summary>
    public string Container => MediaProbe.ContainerOf(Demuxer);

    /// <summary>Rows of a thumbnail, which has <see cref="Thumbnails.Width"/> columns; 0 for none.</summary>
    public required int ThumbnailHeight { get; init; }

    /// <summary>Parts in which the video is encoded; 0 when all of it is copied.</summary>
    public int ChunkCount => Video.All(rendition => rendition.IsCopied) ? 0 : CutsMicroseconds.Count + 1;

    /// <summary>Work items: the first is everything but the encoded video, each other one a chunk of it.</summary>
    public int ItemCount => 1 + ChunkCount;

    /// <summary>The plan for another worker, less than 256 KiB.</summary>
    public byte[] ToResumeData() => HlsPlanFormat.Write(this);
}
