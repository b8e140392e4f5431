using EventTorrent.Contracts;

namespace EventTorrent.Hosting;

/// <summary>Who this worker is.</summary>
/// <param name="Name">Unique while the process runs.</param>
/// <param name="Volume">The volume that it mounts, or null.</param>
/// <param name="Slots">Work items it takes at once.</param>
public sealed record WorkerIdentity(string Name, Step Step, string? Volume, int Slots)
{
    /// <summary>A name of host, process and chance, so that a restarted process is another worker.</summary>
    public static WorkerIdentity Create(Step step, string? volume, int slots) =>
        new($"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}", step, volume, slots);
}
