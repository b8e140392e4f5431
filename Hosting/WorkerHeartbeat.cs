using System.Reflection;
using EventTorrent.Contracts;
using Microsoft.Extensions.Hosting;

namespace EventTorrent.Hosting;

/// <summary>Says every 10 s that this worker is there, and before everything else stops that it leaves.</summary>
public sealed class WorkerHeartbeat(WorkerIdentity identity, RunningWork running, BoundedPublisher publisher, TimeProvider time)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>A worker that was not heard of for this long is gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(35);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly string Version =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private long _beat;
    private volatile bool _isLeaving;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>While the bus still runs: it stops before this service does.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isLeaving = true;
        using var limit = new CancellationTokenSource(StopTimes.Leave, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        // Nobody is hurt where it can't be said: a worker that is not heard of is taken for gone.
        await ((Task)BeatAsync(linked.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await BeatAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken) && !_isLeaving);
    }

    private Task<bool> BeatAsync(CancellationToken cancellationToken) => publisher.TryPublishAsync(
        new WorkerAlive(
            identity.Name, Environment.MachineName, identity.Step.ToString(), identity.Volume,
            identity.Slots, running.Count, FreeBytes: null, Version, _startedAt, Interlocked.Increment(ref _beat), _isLeaving),
        cancellationToken);
}
