using EventTorrent.Api.Access;
using EventTorrent.Api.Pictures;
using EventTorrent.Api.Web;
using EventTorrent.Api.Web.Documents;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTorrent.Api.Tasks;

/// <summary>What belongs to a task: its files, its timeline, its pictures.</summary>
internal static class TaskPartEndpoints
{
    public static IEndpointRouteBuilder MapTaskParts(this IEndpointRouteBuilder routes)
    {
        var task = routes.MapGroup("/tasks/{infohash}").WithTags("Tasks").Needs(AccessRole.Viewer);
        MapList(
            task, "/files", "List the files of a task's torrent",
            "In the order of the torrent, with how far each is; empty until the metadata is known.",
            static (reader, infohash, token) => reader.FileViewsAsync(infohash, token));
        MapList(
            task, "/timeline", "List what happened to a task, oldest first",
            "Every change of state and every failure; the last 1,000.",
            static (reader, infohash, token) => reader.TimelineAsync(infohash, token));
        MapList(
            task, "/screenshots", "List the stored pictures of a task",
            "In the order of files and times; they come one by one.",
            static (reader, infohash, token) => reader.ScreenshotViewsAsync(infohash, token));
        task.MapGet("/swarm", SwarmAsync).Needs(AccessRole.Submitter)
            .WithSummary("See who the workers of a task are connected to, and what trackers say")
            .WithDescription("As of their last reports, about 5 s old; empty while no worker is in the swarm. Addresses of peers are not told, and of a tracker its server alone.")
            .RefusesUnknownTasks();
        task.MapGet("/screenshots.json", SidecarAsync)
            .WithSummary("Get what to keep beside the pictures: where each comes from, and its hash")
            .WithDescription("verified says whether every byte of a picture was proven by the hash of its piece.")
            .RefusesUnknownTasks();
        task.MapMethods("/screenshots/{file}/{index}.jpg", [HttpMethods.Get, HttpMethods.Head], Picture)
            .WithSummary("Get a picture")
            .WithDescription("A JPEG with an ETag, by ranges too. Its address in a task changes with it, so that it may be kept for ever.")
            .Produces<byte[]>(StatusCodes.Status200OK, PictureStore.ContentType)
            .Refuses(StatusCodes.Status404NotFound, "unknown-picture");
        task.MapMethods("/thumbnail.jpg", [HttpMethods.Get, HttpMethods.Head], Thumbnail)
            .WithSummary("Get the first picture of a task")
            .WithDescription("For lists. Which one is first may change until the task has ended.")
            .Produces<byte[]>(StatusCodes.Status200OK, PictureStore.ContentType)
            .Refuses(StatusCodes.Status404NotFound, "unknown-picture");
        return routes;
    }

    private static void MapList<T>(
        RouteGroupBuilder group, string pattern, string summary, string description,
        Func<TaskReader, Infohash, CancellationToken, Task<IReadOnlyList<T>>> read) =>
        group.MapGet(
                pattern,
                async Task<Results<Ok<IReadOnlyList<T>>, ProblemHttpResult>> (string infohash, TaskReader reader, CancellationToken cancellationToken) =>
                {
                    if (!Infohash.TryParse(infohash, out var parsed))
                    {
                        return RouteInfohash.Invalid;
                    }

                    return await reader.ExistsAsync(parsed, cancellationToken)
                        ? TypedResults.Ok(await read(reader, parsed, cancellationToken))
                        : RouteInfohash.Unknown(parsed);
                })
            .WithSummary(summary)
            .WithDescription(description)
            .RefusesUnknownTasks();

    private static async Task<Results<Ok<SwarmView>, ProblemHttpResult>> SwarmAsync(string infohash, TaskReader reader, CancellationToken cancellationToken)
    {
        if (!Infohash.TryParse(infohash, out var parsed))
        {
            return RouteInfohash.Invalid;
        }

        return await reader.ExistsAsync(parsed, cancellationToken) ? TypedResults.Ok(await reader.SwarmAsync(parsed, cancellationToken)) : RouteInfohash.Unknown(parsed);
    }

    private static async Task<Results<Ok<SidecarView>, ProblemHttpResult>> SidecarAsync(
        string infohash, TaskReader reader, CancellationToken cancellationToken)
    {
        if (!Infohash.TryParse(infohash, out var parsed))
        {
            return RouteInfohash.Invalid;
        }

        return await reader.SidecarAsync(parsed, cancellationToken) is { } sidecar ? TypedResults.Ok(sidecar) : RouteInfohash.Unknown(parsed);
    }

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Picture(
        string infohash, string file, string index, PictureStore pictures, HttpContext context)
    {
        if (!Infohash.TryParse(infohash, out var parsed)
            || !PicturePlace.TryRead(file, index, out var place)
            || pictures.Find(parsed, place) is not { } picture)
        {
            return Problems.NotFound("unknown-picture", "There is no such picture.");
        }

        // The address in a task's representation changes with the picture.
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.PhysicalFile(
            picture.Path, PictureStore.ContentType, lastModified: picture.ModifiedAt, entityTag: picture.EntityTag, enableRangeProcessing: true);
    }
    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Thumbnail(string infohash, PictureStore pictures, HttpContext context)
    {
        if (!Infohash.TryParse(infohash, out var parsed) || pictures.First(parsed) is not { } picture)
        {
            return Problems.NotFound("unknown-picture", "There is no such picture.");
        }

        context.Response.Headers.CacheControl = "private, max-age=60";
        return TypedResults.PhysicalFile(
            picture.Path, PictureStore.ContentType, lastModified: picture.ModifiedAt, entityTag: picture.EntityTag, enableRangeProcessing: true);
    }
}
