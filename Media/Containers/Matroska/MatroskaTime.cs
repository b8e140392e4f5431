namespace EventTorrent.Media.Containers.Matroska;

/// <summary>Timestamps in units of TimestampScale nanoseconds (RFC 9559, 11).</summary>
internal static class MatroskaTime
{
    /// <summary>A millisecond: the default of TimestampScale, which is never 0 (RFC 9559, 5.1.2.9).</summary>
    public const ulong DefaultScale = 1_000_000;

    private const ulong NanosecondsPerTick = 100;

    /// <summary>Never above <see cref="MediaTime.Max"/>.</summary>
    public static TimeSpan ToTimeSpan(ulong units, ulong scale) =>
        new((long)UInt128.Min((UInt128)units * scale / NanosecondsPerTick, (ulong)MediaTime.Max.Ticks));

    /// <summary>The duration is a floating-point number of the same units; what is no duration is zero.</summary>
    public static TimeSpan ToTimeSpan(double units, ulong scale)
    {
        var ticks = units * scale / NanosecondsPerTick;
        return ticks > 0 ? new((long)Math.Min(ticks, MediaTime.Max.Ticks)) : TimeSpan.Zero;
    }
}
