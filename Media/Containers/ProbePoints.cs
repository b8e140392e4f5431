namespace EventTorrent.Media.Containers;

/// <summary>Entry points of a file without an index: guesses from which to scan forward.</summary>
internal static class ProbePoints
{
    /// <summary>Five for each of 60 shots.</summary>
    private const int Count = 300;

    /// <summary>When nothing tells the duration: one Mbit/s. The order of the entry points is what counts.</summary>
    private const double GuessedBytesPerSecond = 125_000;

    /// <summary>Evenly from the first byte of media data to its end.</summary>
    /// <param name="duration">Zero when nobody knows.</param>
    public static List<Keyframe> Spread(long start, long end, TimeSpan duration)
    {
        var bytes = Math.Max(end - start, 1);
        if (duration == TimeSpan.Zero)
            duration = TimeSpan.FromSeconds(Math.Min(bytes / GuessedBytesPerSecond, MediaTime.Max.TotalSeconds));
        return [.. Enumerable.Range(0, Count).Select(i => new Keyframe(
            start + (long)(bytes * ((double)i / Count)), 0, duration * ((i + 0.5) / Count), 0))];
    }
}
