using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Hosting;

/// <summary>
/// What comes before the first message. A database that is not there yet is waited for: the process neither ends nor
/// takes work, and says so by <c>/health/ready</c>.
/// </summary>
public sealed partial class Preparations(
    IEnumerable<Preparation> preparations, IServiceScopeFactory scopes, TimeProvider time, ILogger<Preparations> logger) : IHealthCheck
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>Time between two lines of the log about the same wait.</summary>
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _current = "not begun";

    /// <summary>Returns when all is prepared.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _done.Task.WaitAsync(cancellationToken);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_done.Task.IsCompleted ? HealthCheckResult.Healthy("done") : HealthCheckResult.Unhealthy($"waiting: {_current}"));

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var preparation in preparations)
        {
            _current = preparation.Name;
            await RunAsync(preparation, cancellationToken);
        }

        _done.TrySetResult();
    }

    private async Task RunAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        var delay = FirstDelay;
        var lastLog = TimeSpan.MinValue;
        var start = time.GetTimestamp();
        while (await TryAsync(preparation, cancellationToken) is { } failure)
        {
            var now = time.GetElapsedTime(start);
            if (lastLog == TimeSpan.MinValue || now - lastLog >= LogInterval)
            {
                lastLog = now;
                LogWaiting(preparation.Name, failure.Message);
            }

            await Task.Delay(delay, time, cancellationToken);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }

    private async Task<Exception?> TryAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await preparation.RunAsync(scope.ServiceProvider, cancellationToken);
            return null;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, a process that ends would only be started again to meet it again.
            return failure;
        }
    }

    [LoggerMessage(6021, LogLevel.Warning, "Waiting, as this failed: {Name} ({Reason})")]
    private partial void LogWaiting(string name, string reason);
}
