using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTorrent.Hosting.Watchdog;

/// <summary>
/// Ends a process that has a deaf endpoint, so that its supervisor starts it again: leases make that harmless. The
/// transport may lose an endpoint for good when its broker dies, and say that all is well (docs/adr, 5).
/// </summary>
internal sealed partial class EndpointWatchdog(
    EndpointRegister endpoints,
    BrokerProbe probe,
    Preparations preparations,
    WatchdogState state,
    IHostApplicationLifetime lifetime,
    IOptions<WatchdogOptions> options,
    TimeProvider time,
    ILogger<EndpointWatchdog> logger) : BackgroundService
{
    private readonly DeafnessJudge _judge = new(options.Value);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await preparations.WaitAsync(stoppingToken);
            using var timer = new PeriodicTimer(options.Value.Interval, time);
            string? reason = null;
            while (reason is null && await timer.WaitForNextTickAsync(stoppingToken))
            {
                reason = await LookAsync(stoppingToken);
            }

            if (reason is not null && !stoppingToken.IsCancellationRequested)
            {
                await EndAsync(reason);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // An endpoint of a process that stops is silent for a good reason.
        }
    }

    private async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        var seen = new List<(EndpointFacts, QueueCounts?)>();
        try
        {
            await probe.SpeakAsync(cancellationToken);
            foreach (var endpoint in endpoints.Facts)
            {
                seen.Add((endpoint, await probe.CountAsync(endpoint.Queue, cancellationToken)));
            }
        }
        catch (BrokerAwayException)
        {
            _judge.Forget();
            return null;
        }

        return _judge.Judge(seen, endpoints.Now);
    }

    /// <summary>The rest of the process may stop in order for a moment; then it is over, whatever hangs.</summary>
    private async Task EndAsync(string reason)
    {
        LogDeaf(reason);
        state.Reason = reason;
        lifetime.StopApplication();
        await Task.Delay(options.Value.StopWithin, time, CancellationToken.None);
        Environment.FailFast($"A deaf endpoint. {reason}.");
    }

    [LoggerMessage(6101, LogLevel.Critical, "A deaf endpoint: this process ends, to be started again. {Reason}")]
    private partial void LogDeaf(string reason);
}
