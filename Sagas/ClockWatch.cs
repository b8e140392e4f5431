namespace EventTorrent.Sagas;

/// <summary>Notices that somebody set the clock: the due times in the rows then mean something else than when they were written.</summary>
internal sealed class ClockWatch(TimeProvider time)
{
    /// <summary>Above what clocks drift and what their own corrections do at once.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private DateTimeOffset _utc = time.GetUtcNow();
    private long _timestamp = time.GetTimestamp();

    /// <summary>By how much the clock was set since the last look: zero unless it is more than a correction.</summary>
    public TimeSpan Look()
    {
        var (utc, timestamp) = (time.GetUtcNow(), time.GetTimestamp());
        var jump = utc - _utc - time.GetElapsedTime(_timestamp, timestamp);
        (_utc, _timestamp) = (utc, timestamp);
        return jump.Duration() > Tolerance ? jump : TimeSpan.Zero;
    }
}
