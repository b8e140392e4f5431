namespace EventTorrent.Media;

/// <summary>Times as containers count them: ticks of a clock whose rate the file names.</summary>
internal static class MediaTime
{
    /// <summary>No video is longer; greater claims are cut to this so that no sum overflows.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(365);

    /// <summary>Never negative, never above <see cref="Max"/>.</summary>
    public static TimeSpan ToTimeSpan(long units, uint unitsPerSecond)
    {
        var (seconds, rest) = Math.DivRem(Math.Max(units, 0), unitsPerSecond);
        return seconds >= (long)Max.TotalSeconds
            ? Max
            : new TimeSpan(seconds * TimeSpan.TicksPerSecond + rest * TimeSpan.TicksPerSecond / unitsPerSecond);
    }
}
