namespace EventTorrent.Media;

/// <summary>Takes screenshots of one video file from the fewest bytes: index first, then all keyframes at once.</summary>
public interface IScreenshotter
{
    /// <summary>Reads the container's index and chooses the keyframes.</summary>
    /// <param name="count">Pictures wanted, 1 to 60. A video with fewer keyframes gives fewer.</param>
    /// <exception cref="MediaException">Named cause.</exception>
    Task<ScreenshotPlan> PlanAsync(IByteSource source, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Fetches the keyframes of a plan in one round, decodes them and yields each picture as soon as it is there.
    /// A shot that does not decode is tried at its neighbours; one that can't be had at all is left out.
    /// </summary>
    /// <param name="done">Indexes that are stored already and are not taken again.</param>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.DecodeFailed"/> when not one picture of those asked for decodes.</exception>
    IAsyncEnumerable<Screenshot> TakeAsync(
        IByteSource source, ScreenshotPlan plan, IReadOnlySet<int> done, CancellationToken cancellationToken);
}

/// <summary>One decoded picture.</summary>
/// <param name="Index">Position in the plan, from 0, in the order of time.</param>
/// <param name="WantedAt">The evenly spaced position that was aimed at.</param>
/// <param name="TakenAt">Presentation time of the keyframe that was decoded.</param>
/// <param name="Jpeg">The picture, at most 512 KiB.</param>
public sealed record Screenshot(int Index, TimeSpan WantedAt, TimeSpan TakenAt, int Width, int Height, ReadOnlyMemory<byte> Jpeg);
