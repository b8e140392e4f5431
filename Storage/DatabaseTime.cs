namespace EventTorrent.Storage;

/// <summary>
/// The database's clock, so that every process means the same by "due": one whose own clock is wrong, or is set while it
/// runs, neither expires the leases of others nor writes due times that never come. Between two looks at the database time
/// goes on by the monotonic clock of this machine; before the first look it is this machine's own.
/// </summary>
public sealed class DatabaseTime(TimeProvider local) : TimeProvider
{
    private volatile Look? _look;

    public override long TimestampFrequency => local.TimestampFrequency;

    public override long GetTimestamp() => local.GetTimestamp();

    public override DateTimeOffset GetUtcNow() =>
        _look is { } look ? look.Utc + local.GetElapsedTime(look.Timestamp) : local.GetUtcNow();

    /// <summary>Takes over what the database said.</summary>
    /// <param name="utc">The database's answer.</param>
    /// <param name="asked">Time stamp of the question.</param>
    /// <param name="answered">Time stamp of the answer; the database looked at its clock half way between them, as far as we know.</param>
    public void Set(DateTimeOffset utc, long asked, long answered) =>
        _look = new Look(utc.ToUniversalTime() + (local.GetElapsedTime(asked, answered) / 2), answered);

    private sealed record Look(DateTimeOffset Utc, long Timestamp);
}
