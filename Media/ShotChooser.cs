namespace EventTorrent.Media;

/// <summary>Chooses evenly spaced, distinct keyframes, and stand-ins for those that turn out to be bad pictures.</summary>
internal static class ShotChooser
{
    /// <summary>Neighbours kept for each shot.</summary>
    public const int MaxStandIns = 4;

    /// <summary>A keyframe below this part of the median size is nearly always a black or plain picture.</summary>
    private const int BlackFrameDivisor = 10;

    /// <param name="keyframes">Any order; not empty.</param>
    public static IReadOnlyList<PlannedShot> Choose(IReadOnlyList<Keyframe> keyframes, TimeSpan duration, int count)
    {
        var all = keyframes.DistinctBy(frame => frame.Offset).OrderBy(frame => frame.Time).ThenBy(frame => frame.Offset).ToArray();
        var pool = WithoutBlackFrames(all, count);
        var shots = Math.Min(count, pool.Length);
        var (start, end) = Span(pool, duration);
        var targets = Enumerable.Range(0, shots).Select(i => start + (end - start) * ((i + 0.5) / shots)).ToArray();
        var chosen = ChooseDistinct(pool, targets);
        var taken = chosen.Select(frame => frame.Offset).ToHashSet();
        return [.. targets.Zip(chosen, (target, frame) => new PlannedShot(target, [frame, .. StandIns(pool, frame, taken)]))];
    }

    /// <summary>Where too few others are left, the largest of the small ones fill up.</summary>
    private static Keyframe[] WithoutBlackFrames(Keyframe[] all, int count)
    {
        var bySize = all.OrderByDescending(frame => frame.Length).ToArray();
        var median = bySize[(bySize.Length - 1) / 2].Length;
        var large = bySize.Count(frame => frame.Length >= median / BlackFrameDivisor);
        return [.. bySize.Take(Math.Max(large, count)).OrderBy(frame => frame.Time).ThenBy(frame => frame.Offset)];
    }

    /// <summary>
    /// The part of time that has pictures. A header may claim any duration: what lies further behind the last keyframe than
    /// any two keyframes are apart has no picture, and so has what lies that far before the first.
    /// </summary>
    private static (TimeSpan Start, TimeSpan End) Span(Keyframe[] pool, TimeSpan duration)
    {
        var (first, last) = (pool[0].Time, pool[^1].Time);
        if (pool.Length == 1)
            return (TimeSpan.Zero, Max(duration, last));

        var gap = pool.Zip(pool.Skip(1), (before, after) => after.Time - before.Time).Max();
        return (first <= gap ? TimeSpan.Zero : first, duration <= last + gap ? Max(duration, last) : last + gap);
    }

    /// <summary>The nearest keyframe of each target, behind the one before and with enough left for those that follow.</summary>
    private static Keyframe[] ChooseDistinct(Keyframe[] pool, TimeSpan[] targets)
    {
        var chosen = new Keyframe[targets.Length];
        var first = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            var last = pool.Length - (targets.Length - i);
            var nearest = Math.Clamp(IndexOfNearest(pool, targets[i]), first, last);
            chosen[i] = pool[nearest];
            first = nearest + 1;
        }

        return chosen;
    }

    private static int IndexOfNearest(Keyframe[] pool, TimeSpan target)
    {
        var after = FirstAtOrAfter(pool, target);
        if (after == pool.Length)
            return pool.Length - 1;
        return after > 0 && target - pool[after - 1].Time <= pool[after].Time - target ? after - 1 : after;
    }

    private static int FirstAtOrAfter(Keyframe[] pool, TimeSpan target)
    {
        var (low, high) = (0, pool.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = pool[middle].Time < target ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The nearest neighbours that no shot uses; a picture is a stand-in once only, so no two shots show the same.</summary>
    private static IEnumerable<Keyframe> StandIns(Keyframe[] pool, Keyframe frame, HashSet<long> taken)
    {
        var before = FirstAtOrAfter(pool, frame.Time) - 1;
        var after = before + 1;
        for (var found = 0; found < MaxStandIns; found++)
        {
            while (before >= 0 && taken.Contains(pool[before].Offset))
                before--;
            while (after < pool.Length && taken.Contains(pool[after].Offset))
                after++;
            if (before < 0 && after >= pool.Length)
                yield break;

            var takeBefore = after >= pool.Length
                || (before >= 0 && frame.Time - pool[before].Time <= pool[after].Time - frame.Time);
            var next = takeBefore ? pool[before] : pool[after];
            taken.Add(next.Offset);
            yield return next;
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
