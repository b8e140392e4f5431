namespace EventTorrent.Media.Decoding;

/// <summary>A call of ffmpeg on one file, with at most one directory to write into.</summary>
internal sealed record FileCall
{
    /// <summary>ffprobe instead of ffmpeg.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Absolute path of the file.</summary>
    public required string Source { get; init; }

    /// <summary>Absolute path of an existing directory; null when nothing is written.</summary>
    public string? OutputDirectory { get; init; }

    /// <summary>Makes the arguments from what the two are called where ffmpeg runs.</summary>
    public required Func<FilePaths, IEnumerable<string>> Arguments { get; init; }

    public required ProcessLimits Limits { get; init; }

    /// <summary>Takes its standard output, on a thread of the call.</summary>
    public required ByteSink Output { get; init; }
}
