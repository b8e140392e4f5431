namespace EventTorrent.Media;

/// <summary>One picture that decodes without any other.</summary>
/// <param name="Offset">Its first byte in the file.</param>
/// <param name="Length">
/// Its size in bytes; 0 for an entry point: the index only says where to begin to look for the keyframe.
/// </param>
/// <param name="Time">Presentation time from the start of the video.</param>
/// <param name="Head">Which of <see cref="ScreenshotPlan.Heads"/> describes its coding.</param>
public readonly record struct Keyframe(long Offset, int Length, TimeSpan Time, int Head)
{
    /// <summary>
    /// Largest keyframe that is fetched, in bytes. Far above real ones (a 4K ProRes picture has about 8 MiB).
    /// </summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>Whether its exact place is known; else it is an entry point.</summary>
    public bool IsLocated => Length > 0;

    /// <summary>
    /// Of an entry point: the start of the structure that <see cref="Offset"/> lies in (a Matroska cluster, an MP4
    /// fragment); 0 when the offset is a guess from which to look further.
    /// </summary>
    public long Anchor { get; init; }

    /// <summary>Where its bytes are.</summary>
    public ByteRange Range => new(Offset, Length);
}
