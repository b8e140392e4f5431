using EventTorrent.Api.Access;
using EventTorrent.Api.Web;
using EventTorrent.Api.Web.Documents;
using EventTorrent.Contracts;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EventTorrent.Api.Tasks;

/// <summary>What a person may want of a task that is there: pause, resume, retry, another priority. All may be said twice.</summary>
internal static class TaskWishEndpoints
{
    public static IEndpointRouteBuilder MapTaskWishes(this IEndpointRouteBuilder routes)
    {
        var task = routes.MapGroup("/tasks/{infohash}").WithTags("Tasks").Needs(AccessRole.Viewer);
        Describe(task.MapPost("/pause", PauseAsync), "Pause a task")
            .Needs(AccessRole.Submitter)
            .WithDescription("Its work is stopped, and what is stored stays. The state in the answer is that of this moment; Paused follows.")
            .Refuses(StatusCodes.Status409Conflict, "task-ended");
        Describe(task.MapPost("/resume", ResumeAsync), "Go on with a paused task")
            .Needs(AccessRole.Submitter)
            .WithDescription("What waits goes on where it was.")
            .Refuses(StatusCodes.Status409Conflict, "task-ended");
        Describe(task.MapPost("/retry", RetryAsync), "Try now what has failed or waits for its next attempt")
            .Needs(AccessRole.Submitter)
            .WithDescription("Attempts are counted from the beginning; what is stored is not done again.")
            .Refuses(StatusCodes.Status409Conflict, "task-paused", "not-failed");
        Describe(task.MapPost("/watched", NoteWatchedAsync), "Say that somebody watches the stream of a task")
            .WithDescription("For players, at the start and every few minutes: such a stream is not removed to make room for others.");
        Describe(task.MapPatch("/", PatchAsync), "Change the priority of a task")
            .Needs(AccessRole.Submitter)
            .WithDescription("Higher first. It counts for work that no worker's queue holds yet.")
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.RequestBody = PriorityRequest.Body.Describe();
                return Task.CompletedTask;
            })
            .WithMetadata(new RequestSizeLimitAttribute(SmallBody<int>.MaxBodyBytes))
            .Refuses(StatusCodes.Status400BadRequest, "invalid-priority")
            .Refuses(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type");
        return routes;
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .RefusesUnknownTasks();

    private static Task<Results<Ok<TaskDetail>, ProblemHttpResult>> PauseAsync(
        string infohash, TaskWishes wishes, TaskReader reader, CancellationToken cancellationToken) =>
        AnswerAsync(infohash, wishes.PauseAsync, reader, cancellationToken);

    private static Task<Results<Ok<TaskDetail>, ProblemHttpResult>> ResumeAsync(
        string infohash, TaskWishes wishes, TaskReader reader, CancellationToken cancellationToken) =>
        AnswerAsync(infohash, wishes.ResumeAsync, reader, cancellationToken);

    private static Task<Results<Ok<TaskDetail>, ProblemHttpResult>> RetryAsync(
        string infohash, TaskWishes wishes, TaskReader reader, CancellationToken cancellationToken) =>
        AnswerAsync(infohash, wishes.RetryAsync, reader, cancellationToken);

    private static async Task<Results<NoContent, ProblemHttpResult>> NoteWatchedAsync(
        string infohash, StreamRetention retention, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!Infohash.TryParse(infohash, out var parsed))
        {
            return RouteInfohash.Invalid;
        }

        return await retention.NoteWatchedAsync(parsed.ToTaskId(), time.GetUtcNow(), cancellationToken) ? TypedResults.NoContent() : RouteInfohash.Unknown(parsed);
    }

    private static async Task<Results<Ok<TaskDetail>, ProblemHttpResult>> PatchAsync(
        string infohash, HttpRequest request, TaskWishes wishes, TaskReader reader, CancellationToken cancellationToken)
    {
        if (!Infohash.TryParse(infohash, out _))
        {
            return RouteInfohash.Invalid;
        }

        var (priority, problem) = await PriorityRequest.Body.ReadAsync(request, cancellationToken);
        return problem is null
            ? await AnswerAsync(infohash, (parsed, token) => wishes.PrioritizeAsync(parsed, priority, token), reader, cancellationToken)
            : problem;
    }

    private static async Task<Results<Ok<TaskDetail>, ProblemHttpResult>> AnswerAsync(
        string infohash, Func<Infohash, CancellationToken, Task<ProblemHttpResult?>> wish, TaskReader reader, CancellationToken cancellationToken)
    {
        if (!Infohash.TryParse(infohash, out var parsed))
        {
            return RouteInfohash.Invalid;
        }

        if (await wish(parsed, cancellationToken) is { } problem)
        {
            return problem;
        }

        return await reader.FindAsync(parsed, cancellationToken) is { } task ? TypedResults.Ok(task) : RouteInfohash.Unknown(parsed);
    }
}
