using EventTorrent.Api.Access;
using EventTorrent.Api.Web;
using EventTorrent.Api.Web.Documents;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Workers;

/// <summary>Who works, and who is to take no new work.</summary>
internal static class WorkerEndpoints
{
    /// <summary>More than anybody reads; those that were heard of last come first.</summary>
    private const int MaxListed = 1000;

    public static IEndpointRouteBuilder MapWorkers(this IEndpointRouteBuilder routes)
    {
        var workers = routes.MapGroup("/workers").WithTags("Workers").Needs(AccessRole.Viewer);
        workers.MapGet("/", ListAsync)
            .WithSummary("List the workers")
            .WithDescription(
                "Those that were heard of last come first. One that is silent is forgotten after a day, one that stopped in good order after ten minutes.");
        workers.MapPost("/{name}/drain", DrainAsync).Needs(AccessRole.Admin)
            .WithSummary("Let a worker take no new work")
            .WithDescription(
                "It ends what it has, a long download or encoding at the end of its slice; then it is drained and can be stopped without loss. "
                + "The wish is about this process: one that starts again takes work. It may be said twice.")
            .Refuses(StatusCodes.Status404NotFound, "unknown-worker");
        workers.MapDelete("/{name}/drain", TakeBackAsync).Needs(AccessRole.Admin)
            .WithSummary("Let a drained worker take work again")
            .WithDescription("It may be said twice.")
            .Refuses(StatusCodes.Status404NotFound, "unknown-worker");
        return routes;
    }

    private static async Task<Ok<List<WorkerView>>> ListAsync(TorrentDb db, TimeProvider time, CancellationToken cancellationToken)
    {
        var silentSince = time.GetUtcNow() - WorkerHeartbeat.Silence;
        var workers = await db.Workers.AsNoTracking()
            .OrderByDescending(worker => worker.SeenAt).ThenBy(worker => worker.Worker).Take(MaxListed).ToListAsync(cancellationToken);
        return TypedResults.Ok(workers.ConvertAll(worker => View(worker, silentSince)));
    }

    private static Task<Results<Ok<WorkerView>, ProblemHttpResult>> DrainAsync(
        string name, WorkerWishes wishes, TorrentDb db, TimeProvider time, CancellationToken cancellationToken) =>
        AnswerAsync(name, drains: true, wishes, db, time, cancellationToken);

    private static Task<Results<Ok<WorkerView>, ProblemHttpResult>> TakeBackAsync(
        string name, WorkerWishes wishes, TorrentDb db, TimeProvider time, CancellationToken cancellationToken) =>
        AnswerAsync(name, drains: false, wishes, db, time, cancellationToken);

    private static async Task<Results<Ok<WorkerView>, ProblemHttpResult>> AnswerAsync(
        string name, bool drains, WorkerWishes wishes, TorrentDb db, TimeProvider time, CancellationToken cancellationToken)
    {
        await wishes.DrainAsync(name, drains, cancellationToken);
        var worker = await db.Workers.AsNoTracking().SingleOrDefaultAsync(worker => worker.Worker == name, cancellationToken);
        return worker is null
            ? Problems.NotFound("unknown-worker", "There is no such worker, or it was forgotten.")
            : TypedResults.Ok(View(worker, time.GetUtcNow() - WorkerHeartbeat.Silence));
    }

    private static WorkerView View(WorkerRecord worker, DateTimeOffset silentSince) => new(
        worker.Worker, worker.Host, worker.Kind, worker.Volume, worker.Slots, worker.Busy, worker.FreeBytes, worker.Version,
        worker.StartedAt, worker.SeenAt, StateOf(worker, silentSince), worker.DrainAsked);

    private static string StateOf(WorkerRecord worker, DateTimeOffset silentSince) => worker switch
    {
        { StoppedAt: not null } => "stopped",
        _ when worker.SeenAt < silentSince => "silent",
        { DrainAsked: false } => "alive",
        { Draining: true, Busy: 0 } => "drained",
        _ => "draining",
    };
}
