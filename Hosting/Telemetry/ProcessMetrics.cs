using System.Diagnostics.Metrics;
using EventTorrent.Hosting.Watchdog;
using Microsoft.Extensions.Hosting;

namespace EventTorrent.Hosting.Telemetry;

/// <summary>What every process says of itself, beside what the runtime says.</summary>
internal sealed class ProcessMetrics(IMeterFactory meters, TimeProvider time, WatchdogState? watchdog = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        var startedAt = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        meter.CreateObservableGauge("process.start_time", () => startedAt, "s", "When the process began, since 1970; a step says that it was started again.");
        meter.CreateObservableCounter(
            "eventtorrent.watchdog.firings", () => watchdog?.Reason is null ? 0L : 1L, null,
            "Deaf endpoints that this process found: it ends some seconds after the first.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
