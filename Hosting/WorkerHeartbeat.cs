using System.Reflection;
using EventTorrent.Contracts;
using Microsoft.Extensions.Hosting;

namespace EventTorrent.Hosting;

/// <summary>
/// Says every 10 s which workers this process is, and before everything else stops that they leave. At first it says so every
/// second: bus and saga hosts may start beside it, so that nobody hears the first words, and who is not known gets no work.
/// </summary>
public sealed class WorkerHeartbeat(
    IEnumerable<WorkerIdentity> identities, RunningWork running, DrainWishes drains, BoundedPublisher publisher, TimeProvider time, Volume? volume = null)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>A worker that was not heard of for this long is gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(35);

    private static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Beats before the interval is the longer one.</summary>
    private const int FirstBeats = 20;

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
        using var timer = new PeriodicTimer(FirstInterval, time);
        var beats = 0;
        do
        {
            await BeatAsync(stoppingToken);
            timer.Period = ++beats < FirstBeats ? FirstInterval : Interval;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken) && !_isLeaving);
    }

    private Task<bool[]> BeatAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(identities.Select(identity => publisher.TryPublishAsync(Describe(identity), cancellationToken)));

    private WorkerAlive Describe(WorkerIdentity identity)
    {
        // Before the work is counted: what begins from here on sees the wish itself, so "draining, nothing to do" stays true.
        var isDraining = drains.IsAsked(identity.Step);
        return new WorkerAlive(
            identity.Name, Environment.MachineName, identity.Step.ToString(), identity.Volume, identity.Slots, running.CountOf(identity.Step),
            FreeBytesOf(identity), Version, _startedAt, Interlocked.Increment(ref _beat), _isLeaving, isDraining);
    }

    private long? FreeBytesOf(WorkerIdentity identity)
    {
        try
        {
            return identity.Volume is null ? null : volume?.FreeBytes;
        }
        catch (IOException)
        {
            // The disk is away: the worker is there all the same, and its work says what is wrong.
            return null;
        }
    }
}
