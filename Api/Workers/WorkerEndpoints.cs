using EventTorrent.Api.Access;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Workers;

/// <summary>Who works.</summary>
internal static class WorkerEndpoints
{
    /// <summary>More than anybody reads; those that were heard of last come first.</summary>
    private const int MaxListed = 1000;

    public static IEndpointRouteBuilder MapWorkers(this IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/workers").WithTags("Workers").Needs(AccessRole.Viewer).MapGet("/", ListAsync)
            .WithSummary("List the workers")
            .WithDescription(
                "Those that were heard of last come first. One that is silent is forgotten after a day, one that stopped in good order after ten minutes.");
        return routes;
    }

    private static async Task<Ok<List<WorkerView>>> ListAsync(TorrentDb db, TimeProvider time, CancellationToken cancellationToken)
    {
        var silentSince = time.GetUtcNow() - WorkerHeartbeat.Silence;
        var workers = await db.Workers.AsNoTracking()
            .OrderByDescending(worker => worker.SeenAt).ThenBy(worker => worker.Worker).Take(MaxListed).ToListAsync(cancellationToken);
        return TypedResults.Ok(workers.ConvertAll(worker => View(worker, silentSince)));
    }

    private static WorkerView View(WorkerRecord worker, DateTimeOffset silentSince) => new(
        worker.Worker, worker.Host, worker.Kind, worker.Volume, worker.Slots, worker.Busy, worker.FreeBytes, worker.Version,
        worker.StartedAt, worker.SeenAt,
        worker.StoppedAt is not null ? "stopped" : worker.SeenAt < silentSince ? "silent" : "alive");
}
