namespace EventTorrent.Contracts;

/// <summary>A worker process is there. Published by it every 10 s, and once more when it leaves in good order.</summary>
/// <param name="Worker">Instance name, unique while the process runs.</param>
/// <param name="Kind">The <see cref="Step"/> it does, by name.</param>
/// <param name="Slots">Work items it takes at once.</param>
/// <param name="Busy">Work items it has now.</param>
/// <param name="FreeBytes">Free space of its volume, or null without one.</param>
/// <param name="Beat">Rises with every message of this process: one with a lower number than seen before is old. Null from older versions.</param>
/// <param name="Leaving">True in the last message: the worker takes no more work.</param>
/// <param name="Draining">Whether it takes no new work, as <see cref="DrainWorker"/> says. Null from older versions, which do not heed that.</param>
public sealed record WorkerAlive(
    string Worker,
    string Host,
    string Kind,
    string? Volume,
    int Slots,
    int Busy,
    long? FreeBytes,
    string Version,
    DateTimeOffset StartedAt,
    long? Beat,
    bool? Leaving,
    bool? Draining);

/// <summary>
/// A worker is to take no new work, and end what it has, or to take work again. Published by Api when a person asks for it, and by the
/// saga host whenever a worker says otherwise: the wish is in the worker's row.
/// </summary>
/// <param name="Worker">Its instance name.</param>
/// <param name="Drains">False takes the wish back.</param>
public sealed record DrainWorker(string Worker, bool Drains);
