namespace EventTorrent.Contracts;

/// <summary>A worker process is there. Published by it every 10 s.</summary>
/// <param name="Worker">Instance name, unique while the process runs.</param>
/// <param name="Kind">The <see cref="Step"/> it does, by name.</param>
/// <param name="Slots">Work items it takes at once.</param>
/// <param name="Busy">Work items it has now.</param>
/// <param name="FreeBytes">Free space of its volume, or null without one.</param>
public sealed record WorkerAlive(
    string Worker,
    string Host,
    string Kind,
    string? Volume,
    int Slots,
    int Busy,
    long? FreeBytes,
    string Version,
    DateTimeOffset StartedAt);
