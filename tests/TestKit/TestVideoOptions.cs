namespace EventTorrent.TestKit;

/// <summary>What a test video is like. Equal options give equal bytes.</summary>
public sealed record TestVideoOptions
{
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(30);

    public int Width { get; init; } = 640;

    public int Height { get; init; } = 360;

    public int FramesPerSecond { get; init; } = 25;

    /// <summary>Lengths of the GOPs in seconds, separated by spaces and repeated to the end: irregular, as a scene-cut detector leaves them.</summary>
    public string GopSeconds { get; init; } = "1.2 3.4 5 7 9.6 2.2";

    /// <summary>MP4: the index (moov) before the media data; else at the end, where ffmpeg leaves it.</summary>
    public bool MoovAtFront { get; init; }

    public bool Audio { get; init; } = true;

    /// <summary>Noise in the picture (0 to 100): makes files as large per second as real ones.</summary>
    public int Noise { get; init; }

    /// <summary>All colours turn, once in 24 s: no two frames some time apart are alike anywhere.</summary>
    public bool TurnsColours { get; init; }

    /// <summary>Average video bit rate; null leaves the size to the encoder's quality target.</summary>
    public int? VideoBitsPerSecond { get; init; }

    /// <summary>libx264, or one that no browser plays: mpeg4.</summary>
    public string Encoder { get; init; } = "libx264";

    /// <summary>x264's preset. The default is the fastest, which has no B-frames; from superfast on there are some.</summary>
    public string Preset { get; init; } = "ultrafast";

    /// <summary>File name extension, from which ffmpeg takes the container: mp4, mkv, mov, ts, flv, avi.</summary>
    public string Container { get; init; } = "mp4";
}
