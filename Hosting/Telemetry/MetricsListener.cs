using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace EventTorrent.Hosting.Telemetry;

/// <summary>
/// The address for metrics and health alone. It is a server beside the process's own, so that nothing of the door can be
/// reached through it, and what guards the door (host names, keys, limits) does not stand before a probe.
/// </summary>
internal sealed class MetricsListener(IOptions<MetricsOptions> options, HealthCheckService health, MeterProvider meters) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Address is not { } address)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(address.ToString());
        builder.Services.AddRoutingCore().AddSingleton(health).AddSingleton(meters);
        _app = builder.Build();
        _app.MapHealth();
        _app.MapPrometheusScrapingEndpoint(MetricsEndpoint.Path);
        // It is a moment; a process that is stopped in that moment stops in order all the same.
        await _app.StartAsync(CancellationToken.None);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;
}
