namespace EventTorrent.Media;

/// <summary>
/// Everything that is needed to take (the rest of) the screenshots of one file, on any machine: what the index said and
/// which keyframes were chosen. This is the resume data of a screenshot step.
/// </summary>
public sealed record ScreenshotPlan
{
    /// <summary>Most pictures of one plan.</summary>
    public const int MaxShots = 60;

    /// <summary>Largest resume data in bytes (256 KiB).</summary>
    public const int MaxResumeBytes = 256 * 1024;

    /// <summary>Container by content, such as "mp4" or "matroska".</summary>
    public required string Container { get; init; }

    /// <summary>Video codec as the container names it, such as "avc1".</summary>
    public required string Codec { get; init; }

    /// <summary>Length of the video.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Size in bytes of the file that the plan is for.</summary>
    public required long FileLength { get; init; }

    /// <summary>Ranges that had to be read: the parts of the index and the chosen keyframes. The theoretical minimum.</summary>
    public required IReadOnlyList<ByteRange> Needed { get; init; }

    /// <summary>The pictures in the order of time.</summary>
    public required IReadOnlyList<PlannedShot> Shots { get; init; }

    /// <summary>
    /// What stands before a keyframe in the mini file that ffmpeg gets. Its form is the container's own affair;
    /// <see cref="Keyframe.Head"/> counts in this list.
    /// </summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Heads { get; init; }

    /// <summary>Number of pictures that this video gives: as many as wanted, or fewer when it has fewer keyframes.</summary>
    public int ShotCount => Shots.Count;

    /// <summary>
    /// At most <see cref="MaxResumeBytes"/> of UTF-8 JSON; empty when the video's description is too big for that or its
    /// index has too many parts (then another worker plans anew).
    /// </summary>
    public byte[] ToResumeData() => ScreenshotPlanFormat.Write(this);

    /// <summary>Reads what <see cref="ToResumeData"/> wrote.</summary>
    /// <returns>False when it is damaged, of another version or does not fit a file of this size; then plan anew.</returns>
    public static bool TryParse(ReadOnlySpan<byte> resumeData, long fileLength, out ScreenshotPlan? plan) =>
        ScreenshotPlanFormat.TryRead(resumeData, fileLength, out plan);
}
