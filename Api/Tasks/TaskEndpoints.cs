using EventTorrent.Api.Access;
using EventTorrent.Api.Submissions;
using EventTorrent.Api.Web;
using EventTorrent.Api.Web.Documents;
using EventTorrent.Contracts;
using EventTorrent.Hosting.Webhooks;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Tasks;

/// <summary>Tasks: submit, read, list, delete.</summary>
internal static class TaskEndpoints
{
    public static IEndpointRouteBuilder MapTasks(this IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapGroup("/tasks").WithTags("Tasks").Needs(AccessRole.Viewer);
        tasks.MapPost("/", SubmitAsync).DescribeSubmission().Needs(AccessRole.Submitter)
            .WithMetadata(new RequestSizeLimitAttribute(ApiRegistration.MaxBodyBytes));
        tasks.MapPost("/files", ListFilesAsync).Needs(AccessRole.Submitter)
            .DescribeTorrentFile()
            .WithMetadata(new RequestSizeLimitAttribute(ApiRegistration.MaxBodyBytes));
        tasks.MapGet("/", ListAsync)
            .WithSummary("List tasks")
            .WithDescription("Newest first, or by sort: -created_at, created_at, -updated_at, name. q searches the name, or the beginning of the infohash.")
            .Produces<TaskPage>().Refuses(StatusCodes.Status400BadRequest, "invalid-query");
        tasks.MapGet("/queue/size", CountAsync)
            .WithSummary("Count the tasks that no worker has begun yet")
            .WithDescription("A bare number, as the original scheduler answers.");
        tasks.MapGet("/{infohash}", FindAsync)
            .WithSummary("Read a task")
            .WithDescription("All that is known of it. version rises with every change.")
            .Produces<TaskDetail>().RefusesUnknownTasks();
        tasks.MapDelete("/{infohash}", DeleteAsync).Needs(AccessRole.Admin)
            .WithSummary("Delete a task and its pictures, and stop all work on it")
            .WithDescription(
                "What was downloaded and made of it stays on its volume, and is used when it is submitted again; retention removes it as it removes streams. " +
                "With data=true it goes too, soon after: also when the task was deleted before without it.")
            .Produces(StatusCodes.Status204NoContent).RefusesUnknownTasks().Refuses(StatusCodes.Status400BadRequest, "invalid-query");
        return routes;
    }

    private static async Task<Results<Created<TaskDetail>, Ok<TaskDetail>, ProblemHttpResult>> SubmitAsync(
        HttpContext context, SubmissionService submissions, TaskReader reader, IOptions<WebhookOptions> webhooks, CancellationToken cancellationToken)
    {
        var (fields, unreadable) = await SubmissionReader.ReadAsync(context.Request, cancellationToken);
        if (fields is null)
        {
            return unreadable!;
        }

        var (submission, problem) = SubmissionParser.Parse(fields, webhooks.Value);
        if (submission is null)
        {
            return problem!;
        }

        var isNew = await submissions.SubmitAsync(submission, cancellationToken);
        if (await reader.FindAsync(submission.Infohash, cancellationToken) is not { } task)
        {
            return RouteInfohash.Unknown(submission.Infohash);
        }

        var location = $"/tasks/{task.Infohash}";
        context.Response.Headers.Location = location;
        return isNew ? TypedResults.Created(location, task) : TypedResults.Ok(task);
    }

    private static async Task<Results<Ok<TorrentFilesView>, ProblemHttpResult>> ListFilesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var (fields, unreadable) = await SubmissionReader.ReadAsync(request, cancellationToken);
        if (fields is null)
        {
            return unreadable!;
        }

        if (fields.TorrentFile is not { } file)
        {
            return Problems.BadRequest("missing-source", "torrent_file is needed.");
        }

        if (!TorrentDescriptor.TryParse(file, out var torrent, out var error))
        {
            return Problems.BadRequest("invalid-torrent", error);
        }

        return torrent.ListFiles() is { } files
            ? TypedResults.Ok(TorrentFilesView.Of(torrent, files))
            : Problems.BadRequest("invalid-torrent", "The torrent file has paths that are too long.");
    }

    private static async Task<Results<Ok<TaskPage>, ProblemHttpResult>> ListAsync(
        TaskReader reader, IOptions<ApiOptions> options,
        string? state, string? status, string? q, string? sort, string? cursor, string? limit, CancellationToken cancellationToken)
    {
        var (query, error) = TaskQuery.Parse(state, status, q, sort, cursor, limit, options.Value.MaxPageSize);
        return query is null ? Problems.BadRequest("invalid-query", error!) : TypedResults.Ok(await reader.ListAsync(query, cancellationToken));
    }

    private static async Task<Ok<int>> CountAsync(PendingCount pending, CancellationToken cancellationToken) =>
        TypedResults.Ok(await pending.GetAsync(cancellationToken));

    private static async Task<Results<Ok<TaskDetail>, ProblemHttpResult>> FindAsync(
        string infohash, TaskReader reader, CancellationToken cancellationToken)
    {
        if (!Infohash.TryParse(infohash, out var parsed))
        {
            return RouteInfohash.Invalid;
        }

        return await reader.FindAsync(parsed, cancellationToken) is { } task ? TypedResults.Ok(task) : RouteInfohash.Unknown(parsed);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string infohash, string? data, TaskDeletion deletion, CancellationToken cancellationToken)
    {
        if (!Infohash.TryParse(infohash, out var parsed))
        {
            return RouteInfohash.Invalid;
        }

        if (data is not (null or "" or "true" or "false"))
        {
            return Problems.BadRequest("invalid-query", "data is true or false: whether what the task has on a volume goes too. Left out it is false.");
        }

        return await deletion.DeleteAsync(parsed, withData: data == "true", cancellationToken) ? TypedResults.NoContent() : RouteInfohash.Unknown(parsed);
    }
}
