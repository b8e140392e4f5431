namespace EventTorrent.Hosting.Leases;

/// <summary>How long a worker stays on one message, and how often it says how it stands.</summary>
/// <param name="Slice">Then the work is yielded, and goes on under the next lease.</param>
/// <param name="Heartbeat">Time between two progress reports.</param>
public sealed record LeasePace(TimeSpan Slice, TimeSpan Heartbeat);
