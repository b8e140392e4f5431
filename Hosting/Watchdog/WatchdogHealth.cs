using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventTorrent.Hosting.Watchdog;

/// <summary>Says that this process must be started again.</summary>
internal sealed class WatchdogHealth(WatchdogState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Reason is { } reason ? HealthCheckResult.Unhealthy(reason) : HealthCheckResult.Healthy("every endpoint hears"));
}
