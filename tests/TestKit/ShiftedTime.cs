namespace EventTorrent.TestKit;

/// <summary>The real clock, moved by a test.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private long _passedTicks;
    private long _setTicks;

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _passedTicks, by.Ticks);

    /// <summary>Sets the clock, as an operator or a time server would: no time passes.</summary>
    public void Set(TimeSpan by) => Interlocked.Add(ref _setTicks, by.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() =>
        base.GetUtcNow().AddTicks(Interlocked.Read(ref _passedTicks) + Interlocked.Read(ref _setTicks));

    /// <inheritdoc/>
    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)(Interlocked.Read(ref _passedTicks) * (TimestampFrequency / (double)TimeSpan.TicksPerSecond));
}
