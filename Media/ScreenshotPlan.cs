namespace EventTorrent.Media;

/// <summary>
/// Everything that is needed to take (the rest of) the screenshots of one file, on any machine: what the index said and
/// which keyframes were chosen. This is the resume data of a screenshot step.
/// </summary>
public abstract record ScreenshotPlan
{
    /// <summary>Container by content, such as "mp4" or "matroska".</summary>
    public required string Container { get; init; }

    /// <summary>Video codec as the container names it, such as "avc1".</summary>
    public required string Codec { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Number of pictures that this video gives: as many as wanted, or fewer when it has fewer keyframes.</summary>
    public required int ShotCount { get; init; }

    /// <summary>Ranges that had to be read: the parts of the index and the chosen keyframes. The theoretical minimum.</summary>
    public required IReadOnlyList<ByteRange> Needed { get; init; }

    /// <summary>At most 256 KiB of UTF-8 JSON.</summary>
    public abstract byte[] ToResumeData();

    /// <summary>Reads what <see cref="ToResumeData"/> wrote.</summary>
    /// <returns>False when it is damaged, of another version or does not fit a file of this size; then plan anew.</returns>
    public static bool TryParse(ReadOnlySpan<byte> resumeData, long fileLength, out ScreenshotPlan? plan)
    {
        plan = null;
        return false;
    }
}
