using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Media.Hls;

/// <summary>What a stream is like, and what making it may cost. Section <c>Hls</c>.</summary>
public sealed class HlsOptions
{
    public const string Section = "Hls";

    /// <summary>x264's preset: the slower, the smaller.</summary>
    [RegularExpression("ultrafast|superfast|veryfast|faster|fast|medium|slow")]
    public string Preset { get; set; } = "veryfast";

    /// <summary>x264's constant rate factor (16 to 40): the higher, the smaller and the worse.</summary>
    [Range(16, 40)]
    public int Crf { get; set; } = 23;

    /// <summary>Rows of the largest picture that is encoded (144 to 2160); larger ones are made smaller.</summary>
    [Range(144, 2160)]
    public int MaxHeight { get; set; } = 1080;

    /// <summary>Bits per second of an encoded audio track of two channels (32,000 to 320,000).</summary>
    [Range(32_000, 320_000)]
    public int AudioBitsPerSecond { get; set; } = 128_000;

    /// <summary>Least length of a segment (2 to 10 s); copied ones end at the next keyframe after it.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:00:10")]
    public TimeSpan Segment { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>What segments are: MpegTs, or FragmentedMp4.</summary>
    public SegmentFormat Segments { get; set; } = SegmentFormat.MpegTs;

    /// <summary>
    /// Keeps HEVC and AV1 as they are, HDR too, instead of encoding them: it costs no time and no quality, but not every browser plays them.
    /// Such a stream is in fragmented MP4.
    /// </summary>
    public bool KeepHevcAndAv1 { get; set; }

    /// <summary>Length of what one worker encodes at a time (2 s to 1 h).</summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan Chunk { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A second, smaller rendition for slow links: Auto, Always or Never.</summary>
    public LowerRendition LowerRendition { get; set; } = LowerRendition.Auto;

    /// <summary>Of the source, for <see cref="LowerRendition.Auto"/> (500,000 to 1,000,000,000).</summary>
    [Range(500_000, 1_000_000_000)]
    public int LowerAboveBitsPerSecond { get; set; } = 6_000_000;

    /// <summary>Sprites and their WebVTT for a seek bar.</summary>
    public bool Thumbnails { get; set; } = true;

    /// <summary>Threads of one encoder (1 to 64); 0 lets ffmpeg choose.</summary>
    [Range(0, 64)]
    public int Threads { get; set; }

    /// <summary>Address space of one ffmpeg process in MiB (512 to 65536), where <c>prlimit</c> exists.</summary>
    [Range(512, 65536)]
    public int MemoryMegabytes { get; set; } = 4096;

    /// <summary>Longest time without any progress (5 s to 1 h).</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest time of one ffmpeg call (1 min to 7 days).</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Most that one call may write in MiB; by default 64 GiB.</summary>
    [Range(1, 1024 * 1024)]
    public int MaxOutputMegabytes { get; set; } = 65536;
}
