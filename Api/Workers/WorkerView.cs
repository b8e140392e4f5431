namespace EventTorrent.Api.Workers;

/// <summary>A worker process, as it last said itself.</summary>
/// <param name="Kind">The step that it does.</param>
/// <param name="Volume">The volume that it mounts, or null.</param>
/// <param name="Slots">Work items that it takes at once.</param>
/// <param name="Busy">Work items that it had when it was last heard of.</param>
/// <param name="FreeBytes">Free space of its volume, or null without one.</param>
/// <param name="State">
/// alive, draining (it takes no new work and ends what it has), drained (it has nothing more), silent (not heard of for 35 s), or stopped
/// (it said goodbye).
/// </param>
/// <param name="DrainAsked">It is to take no new work: draining, drained, or silent or stopped as such.</param>
internal sealed record WorkerView(
    string Name,
    string Host,
    string Kind,
    string? Volume,
    int Slots,
    int Busy,
    long? FreeBytes,
    string Version,
    DateTimeOffset StartedAt,
    DateTimeOffset SeenAt,
    string State,
    bool DrainAsked);
