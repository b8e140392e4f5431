using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTorrent.Hosting.Telemetry;

/// <summary>The instruments of a process in the text format of Prometheus.</summary>
public static class MetricsEndpoint
{
    public const string Path = "/metrics";

    /// <summary><c>/metrics</c>, unless it has an address of its own.</summary>
    public static IEndpointRouteBuilder MapMetrics(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<IOptions<MetricsOptions>>().Value.Address is null)
        {
            routes.MapPrometheusScrapingEndpoint(Path);
        }

        return routes;
    }
}
