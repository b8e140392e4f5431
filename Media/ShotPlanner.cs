using EventTorrent.Media.Containers;

namespace EventTorrent.Media;

/// <summary>Makes a plan of an index: chooses, and locates what is chosen where the index only names entry points.</summary>
internal static class ShotPlanner
{
    /// <summary>Keyframes of one plan together, in bytes; they may all be in memory at once.</summary>
    private const long MaxPlanBytes = 512L * 1024 * 1024;

    public static async Task<ScreenshotPlan> PlanAsync(
        IContainerReader reader, IndexWindow window, VideoIndex index, int count, CancellationToken cancellationToken)
    {
        var chosen = ShotChooser.Choose(index.Keyframes, index.Duration, count);
        // Only the heads that are used travel with the plan.
        var headIds = chosen.SelectMany(shot => shot.Keyframes).Select(frame => frame.Head).Distinct().Order().ToList();
        var heads = headIds.ConvertAll(id => index.BuildHead(id));
        // All at once: together they are one round, or a few.
        var located = await Task.WhenAll(chosen.Select(shot => LocateAsync(
            reader,
            window,
            heads,
            shot with { Keyframes = [.. shot.Keyframes.Select(frame => frame with { Head = headIds.IndexOf(frame.Head) })] },
            cancellationToken)));

        // Two entry points may lead to the same keyframe.
        var shots = located.Where(shot => shot.Shot is not null).DistinctBy(shot => First(shot).Offset).OrderBy(shot => First(shot).Time).ToList();
        if (shots.Count == 0)
        {
            throw located.Select(shot => shot.Failure).FirstOrDefault(failure => failure is not null)
                ?? new MediaException(MediaErrorKind.IndexMalformed, "There is no keyframe where the index says.");
        }

        if (shots.Sum(shot => (long)First(shot).Length) > MaxPlanBytes)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The keyframes have more than {MaxPlanBytes} bytes.");
        return new()
        {
            Container = reader.Container,
            Codec = index.Codec,
            Duration = index.Duration,
            FileLength = window.Length,
            Needed = [.. index.Needed, .. shots.SelectMany(shot => shot.Index).Distinct(), .. shots.Select(shot => First(shot).Range)],
            Heads = heads,
            Shots = [.. shots.Select(shot => shot.Shot!)],
        };
    }

    private static Keyframe First(LocatedShot shot) => shot.Shot!.Keyframes[0];

    /// <summary>The first keyframe that can be found becomes the chosen one; its stand-ins are located when they are needed.</summary>
    private static async Task<LocatedShot> LocateAsync(
        IContainerReader reader, IndexWindow window, List<ReadOnlyMemory<byte>> heads, PlannedShot shot, CancellationToken cancellationToken)
    {
        MediaException? failure = null;
        for (var i = 0; i < shot.Keyframes.Count; i++)
        {
            var frame = shot.Keyframes[i];
            if (frame.IsLocated)
                return new(shot with { Keyframes = [.. shot.Keyframes.Skip(i)] }, [], null);

            try
            {
                if (await reader.LocateAsync(window.Fork(), heads[frame.Head], frame, cancellationToken) is { } found)
                    return new(shot with { Keyframes = [found.Keyframe, .. shot.Keyframes.Skip(i + 1)] }, found.Index is { } part ? [part] : [], null);
            }
            catch (MediaException e)
            {
                failure ??= e;
            }
        }

        return new(null, [], failure);
    }

    private sealed record LocatedShot(PlannedShot? Shot, IReadOnlyList<ByteRange> Index, MediaException? Failure);
}
