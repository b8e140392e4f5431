using EventTorrent.Api.Access;
using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Stats;

/// <summary>Counts for people and monitors.</summary>
internal static class StatsEndpoints
{
    public static IEndpointRouteBuilder MapStats(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/stats", async (StatsReader stats, CancellationToken cancellationToken) =>
                TypedResults.Ok(await stats.ReadAsync(cancellationToken)))
            .WithTags("Stats").Needs(AccessRole.Viewer)
            .WithSummary("Count tasks, work items, workers, and messages in the queues")
            .WithDescription("The broker is shown as it was seen a few seconds ago; the answer never waits for it.");
        return routes;
    }
}
