using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTorrent.Hosting;

/// <summary>
/// Starts the bus when all is prepared, and stops it within its time. A broker that is away at the start is waited for
/// in the background.
/// </summary>
internal sealed partial class BusLife(
    IBusDepot depot, Preparations preparations, IOptions<BusOptions> options, TimeProvider time, ILogger<BusLife> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan StartDelay = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task _started = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _started = RunAsync(_stopping.Token);
        // In memory there is nothing to wait for, and what is published before the start would be lost.
        return options.Value.Transport == BusTransport.InMemory ? _started.WaitAsync(cancellationToken) : Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        using var limit = new CancellationTokenSource(StopTimes.Bus, time);
        try
        {
            await StopBusAsync(limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception failure)
        {
            // What is not acknowledged goes back to its queue when the process ends.
            LogNotStopped(StopTimes.Bus, failure.GetType().Name);
        }
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await preparations.RunAsync(cancellationToken);
        while (true)
        {
            try
            {
                await depot.Start(cancellationToken);
                return;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotStarted(failure.Message);
                await Task.Delay(StartDelay, time, cancellationToken);
            }
        }
    }

    private async Task StopBusAsync(CancellationToken cancellationToken)
    {
        await _started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await depot.Stop(cancellationToken);
    }

    [LoggerMessage(6011, LogLevel.Error, "The bus could not be started and is tried again: {Reason}")]
    private partial void LogNotStarted(string reason);

    [LoggerMessage(6012, LogLevel.Warning, "The bus did not stop within {Limit} ({Reason})")]
    private partial void LogNotStopped(TimeSpan limit, string reason);
}
