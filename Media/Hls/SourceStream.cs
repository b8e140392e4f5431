namespace EventTorrent.Media.Hls;

/// <summary>One stream of a file, as ffprobe sees it. All numbers have been checked; what was nonsense is null or 0.</summary>
internal sealed record SourceStream
{
    public required int Index { get; init; }

    public required StreamKind Kind { get; init; }

    /// <summary>As ffmpeg names it; empty when it does not know it.</summary>
    public required string Codec { get; init; }

    public string Profile { get; init; } = "";

    /// <summary>The four characters by which an MP4 names the codec.</summary>
    public string Tag { get; init; } = "";

    /// <summary>H.264: ten times the level (ITU-T H.264 Annex A); 0 when unknown.</summary>
    public int Level { get; init; }

    /// <summary>Pixels as they are stored; 0 when nothing could be decoded.</summary>
    public int Width { get; init; }

    public int Height { get; init; }

    /// <summary>Width of a pixel divided by its height, 0.25 to 4.</summary>
    public double PixelAspect { get; init; } = 1;

    public string PixelFormat { get; init; } = "";

    public bool IsInterlaced { get; init; }

    /// <summary>Transfer characteristics, such as "smpte2084".</summary>
    public string Transfer { get; init; } = "";

    /// <summary>Degrees, 0 to 359.</summary>
    public int Rotation { get; init; }

    /// <summary>On average; null when unknown.</summary>
    public double? FramesPerSecond { get; init; }

    public int Channels { get; init; }

    public int SampleRate { get; init; }

    public long? BitsPerSecond { get; init; }

    /// <summary>As the file has it: usually three letters.</summary>
    public string? Language { get; init; }

    public string? Title { get; init; }

    public bool IsDefault { get; init; }

    public bool IsForced { get; init; }

    /// <summary>A cover, not a video.</summary>
    public bool IsPicture { get; init; }
}
