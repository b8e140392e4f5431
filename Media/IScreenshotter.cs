namespace EventTorrent.Media;

/// <summary>Takes screenshots of one video file from the fewest bytes: index first, then all keyframes at once.</summary>
public interface IScreenshotter
{
    /// <summary>Reads the container's index and chooses the keyframes.</summary>
    /// <param name="count">Pictures wanted, 1 to 60. A video with fewer keyframes gives fewer.</param>
    /// <exception cref="MediaException">Named cause.</exception>
    Task<ScreenshotPlan> PlanAsync(IByteSource source, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Fetches the keyframes of a plan in one round (one concurrent read for each), decodes them and yields each picture
    /// as soon as it is there. A keyframe that can't be read or decoded is replaced by its neighbours; a shot that can't
    /// be had at all is left out. When a read failed and its shot was lost, the source's exception is thrown after all
    /// other pictures have been yielded.
    /// </summary>
    /// <param name="done">Indexes that are stored already and are not taken again.</param>
    /// <exception cref="MediaException">
    /// <see cref="MediaErrorKind.DecodeFailed"/> when not one picture of those asked for decodes;
    /// <see cref="MediaErrorKind.ToolMissing"/> when ffmpeg can't be started.
    /// </exception>
    IAsyncEnumerable<Screenshot> TakeAsync(
        IByteSource source, ScreenshotPlan plan, IReadOnlySet<int> done, CancellationToken cancellationToken);
}
