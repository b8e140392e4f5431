namespace EventTorrent.Hosting.Watchdog;

/// <summary>What the broker says of a queue.</summary>
/// <param name="Ready">Messages that wait for a consumer.</param>
/// <param name="Consumers">Consumers of all processes.</param>
public sealed record QueueCounts(long Ready, long Consumers);
