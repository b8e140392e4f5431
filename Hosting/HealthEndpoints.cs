using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventTorrent.Hosting;

/// <summary>The two questions that a supervisor asks, answered alike by every process.</summary>
public static class HealthEndpoints
{
    /// <summary>Tag of checks that say whether to restart the process.</summary>
    public const string Live = "live";

    /// <summary>Tag of checks that say whether to send it work; MassTransit's own check has it too.</summary>
    public const string Ready = "ready";

    /// <summary><c>/health/live</c> and <c>/health/ready</c>: 200 or 503, and a line by name for every check.</summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/health/live", Live);
        Map(routes, "/health/ready", Ready);
        return routes;
    }

    private static void Map(IEndpointRouteBuilder routes, string pattern, string tag) =>
        routes.MapHealthChecks(pattern, new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(tag),
            ResponseWriter = WriteAsync,
        }).AllowAnonymous();

    // No description of an exception: it may name addresses and accounts.
    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(
            new
            {
                status = Word(report.Status),
                checks = report.Entries.ToDictionary(
                    entry => entry.Key,
                    entry => new
                    {
                        status = Word(entry.Value.Status),
                        description = entry.Value.Exception is null ? entry.Value.Description : entry.Value.Exception.GetType().Name,
                    }),
            },
            context.RequestAborted);

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
