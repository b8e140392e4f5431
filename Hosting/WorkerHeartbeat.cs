using System.Reflection;
using EventTorrent.Contracts;
using Microsoft.Extensions.Hosting;

namespace EventTorrent.Hosting;

/// <summary>Says every 10 s that this worker is there.</summary>
public sealed class WorkerHeartbeat(WorkerIdentity identity, RunningWork running, BoundedPublisher publisher, TimeProvider time)
    : BackgroundService
{
    /// <summary>A worker that was not heard of for this long is gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(35);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly string Version =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var startedAt = time.GetUtcNow();
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await publisher.TryPublishAsync(
                new WorkerAlive(
                    identity.Name, Environment.MachineName, identity.Step.ToString(), identity.Volume,
                    identity.Slots, running.Count, FreeBytes: null, Version, startedAt),
                stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
