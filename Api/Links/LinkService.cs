using EventTorrent.Api.Submissions;
using EventTorrent.Api.Tasks;
using EventTorrent.Contracts;
using EventTorrent.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Links;

/// <summary>
/// Answers what a torrent holds: at once when it is known, else after a wait that is shorter than the patience of those who
/// ask. What is not there by then is there when they ask again.
/// </summary>
internal sealed class LinkService(
    TorrentDb db, TaskReader reader, SubmissionService submissions, LinkWaits waits, IOptions<ApiOptions> options, TimeProvider time)
{
    private const string NotYet = "The pictures are not there yet: ask again in a minute.";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private static readonly string[] Open = [nameof(TaskState.Pending), nameof(TaskState.Fetching), nameof(TaskState.Screenshotting)];

    /// <param name="origin">Scheme and host that pictures are served under.</param>
    public async Task<LinkView> AnswerAsync(Submission submission, string origin, CancellationToken cancellationToken)
    {
        var task = await reader.FindAsync(submission.Infohash, cancellationToken);
        // A torrent that could not be had may be there by now; of one whose files alone are known, pictures are wanted now.
        if (task is null or { Status: CompatStatus.RecoverableFailure, State: nameof(TaskState.Failed) } or { Want: TaskViews.Metadata })
        {
            await submissions.SubmitAsync(submission, cancellationToken);
            task = null;
        }

        if (task is null || Open.Contains(task.State))
        {
            await WaitAsync(submission.Infohash, cancellationToken);
            task = await reader.FindAsync(submission.Infohash, cancellationToken);
        }

        return task is null ? LinkView.Refused("The torrent was deleted.") : View(task, origin);
    }

    private async Task WaitAsync(Infohash infohash, CancellationToken cancellationToken)
    {
        using var turn = waits.TryEnter();
        if (turn is null)
        {
            return;
        }

        var id = infohash.ToTaskId();
        using var deadline = new CancellationTokenSource(options.Value.LinkWait, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                var found = await db.Tasks.Where(task => task.CorrelationId == id)
                    .Select(task => new { task.CurrentState, task.AttentionSince }).FirstOrDefaultAsync(end.Token);
                // One that was submitted again is in its old state until that was looked at.
                if (found is null || (found.AttentionSince is null && !Open.Contains(found.CurrentState)))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time is up: what is there is the answer.
        }
    }

    private static LinkView View(TaskDetail task, string origin)
    {
        var count = task.Files.Count;
        return new LinkView(
            Error(task),
            count switch { 0 => "UNKNOWN", 1 => "FILE", _ => "FOLDER" },
            task.Failure?.Kind == nameof(FailureKind.PackedArchive) ? "archive" : task.Files.Any(file => file.Selected) ? "video" : "unknown",
            task.Name ?? task.Infohash,
            task.SizeBytes ?? 0,
            count,
            [.. task.Screenshots.Select(shot => new LinkScreenshotView((long)Math.Max(0, shot.KeyframeTimeSeconds), origin + shot.Url))]);
    }

    private static string Error(TaskDetail task) =>
        task.Screenshots.Count > 0 || task.Status == CompatStatus.Success ? ""
        : task.Failure is { } failure ? $"{failure.Kind}: {failure.Message}"
        : NotYet;
}
