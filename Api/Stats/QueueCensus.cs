using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Hosting.Watchdog;
using EventTorrent.Storage;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Stats;

/// <summary>
/// Counts what is in the queues every few seconds, so that a request about them never waits for the broker. Messages in an
/// error queue are for a person: new ones are said in the log.
/// </summary>
internal sealed partial class QueueCensus(
    IOptions<BusOptions> options, BrokerProbe probe, IServiceScopeFactory scopes, TimeProvider time, ILogger<QueueCensus> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly string _transport = options.Value.Transport.ToString();
    private BrokerView? _last;
    private long _failedBefore;
    private IReadOnlyList<string> _volumes = [];

    public BrokerView Last => Volatile.Read(ref _last) ?? new BrokerView(_transport, Reachable: null, SeenAt: null, []);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Transport == BusTransport.InMemory)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            Volatile.Write(ref _last, await LookAsync(stoppingToken));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<BrokerView> LookAsync(CancellationToken cancellationToken)
    {
        var queues = new List<QueueView>();
        try
        {
            foreach (var queue in Queues.All.Concat((await FindVolumesAsync(cancellationToken)).SelectMany(Queues.Of)))
            {
                queues.Add(await CountAsync(queue, cancellationToken));
            }
        }
        catch (BrokerAwayException)
        {
            return new BrokerView(_transport, Reachable: false, time.GetUtcNow(), []);
        }

        var failed = queues.Sum(queue => queue.Errors + queue.Skipped);
        if (failed > _failedBefore)
        {
            LogFailed(failed - _failedBefore, string.Join(", ", queues.Where(queue => queue.Errors + queue.Skipped > 0).Select(queue => queue.Name)));
        }

        _failedBefore = failed;
        return new BrokerView(_transport, Reachable: true, time.GetUtcNow(), queues);
    }

    /// <summary>While the database is away they are those of the last look.</summary>
    private async Task<IReadOnlyList<string>> FindVolumesAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Interval, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            _volumes = await scope.ServiceProvider.GetRequiredService<WorkerRegister>().ListVolumesAsync(end.Token);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The next look finds those that are new.
        }

        return _volumes;
    }

    private async Task<QueueView> CountAsync(string queue, CancellationToken cancellationToken)
    {
        var counts = await probe.CountAsync(queue, cancellationToken);
        var errors = await probe.CountErrorsAsync(ErrorQueues.ErrorsOf(queue), cancellationToken);
        var skipped = await probe.CountErrorsAsync(ErrorQueues.SkippedOf(queue), cancellationToken);
        return new QueueView(queue, counts?.Ready ?? 0, counts?.Consumers ?? 0, errors.Ready, skipped.Ready);
    }

    [LoggerMessage(7201, LogLevel.Warning, "{Count} more messages could not be handled; they are kept beside {Queues} (docs/operations.md)")]
    private partial void LogFailed(long count, string queues);
}
