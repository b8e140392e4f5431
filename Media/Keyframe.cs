namespace EventTorrent.Media;

/// <summary>One picture that decodes without any other.</summary>
/// <param name="Offset">Its first byte in the file.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Time">Presentation time from the start of the video.</param>
/// <param name="Head">Which of <see cref="ScreenshotPlan.Heads"/> describes its coding.</param>
public readonly record struct Keyframe(long Offset, int Length, TimeSpan Time, int Head)
{
    /// <summary>
    /// Largest keyframe that is fetched, in bytes. Far above real ones (a 4K ProRes picture has about 8 MiB).
    /// </summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>Where its bytes are.</summary>
    public ByteRange Range => new(Offset, Length);
}
