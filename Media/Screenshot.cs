namespace EventTorrent.Media;

/// <summary>One decoded picture.</summary>
/// <param name="Index">Position in the plan, from 0, in the order of time.</param>
/// <param name="WantedAt">The evenly spaced position that was aimed at.</param>
/// <param name="TakenAt">Presentation time of the keyframe that was decoded.</param>
/// <param name="Width">Pixels, as shown: after rotation and with square pixels.</param>
/// <param name="Height">Pixels, as shown.</param>
/// <param name="Jpeg">The picture, at most <see cref="MaxBytes"/>.</param>
public sealed record Screenshot(int Index, TimeSpan WantedAt, TimeSpan TakenAt, int Width, int Height, ReadOnlyMemory<byte> Jpeg)
{
    /// <summary>A picture travels in one message of at most 512 KiB of JPEG, with 1 KiB of tags that the worker adds.</summary>
    public const int MaxBytes = 511 * 1024;

    /// <summary>
    /// The decoder reported errors and no neighbour was whole: the file is damaged, or bytes that nobody verified are wrong.
    /// </summary>
    public bool IsDamaged { get; init; }
}
