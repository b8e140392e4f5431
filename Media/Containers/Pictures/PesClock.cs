namespace EventTorrent.Media.Containers.Pictures;

/// <summary>Time stamps of 90 kHz in 33 bits, which begin anywhere and wrap around.</summary>
internal static class PesClock
{
    public const uint PerSecond = 90_000;

    private const long Period = 1L << 33;

    /// <summary>From one time stamp to another; 0 when the second is the earlier one.</summary>
    public static TimeSpan Between(long first, long second)
    {
        var ticks = (second - first) & (Period - 1);
        return ticks >= Period / 2 ? TimeSpan.Zero : MediaTime.ToTimeSpan(ticks, PerSecond);
    }
}
