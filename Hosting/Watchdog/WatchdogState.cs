namespace EventTorrent.Hosting.Watchdog;

/// <summary>What the watchdog has found.</summary>
internal sealed class WatchdogState
{
    private volatile string? _reason;

    /// <summary>Why the process ends, or null while all is well.</summary>
    public string? Reason
    {
        get => _reason;
        set => _reason = value;
    }
}
