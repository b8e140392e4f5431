using EventTorrent.Api.Web;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTorrent.Api.Tasks;

/// <summary>
/// Writes what a person wants of an existing task: to rest, to go on, to try again, to come earlier. Only the wish; the state
/// machine looks at it and changes the state. The nudge that follows may be lost, as the Dispatcher finds the row.
/// </summary>
internal sealed partial class TaskWishes(TorrentDb db, WriteGate gate, BoundedPublisher publisher, TimeProvider time, ILogger<TaskWishes> logger)
{
    private static readonly ProblemHttpResult Ended = Problems.Conflict("task-ended", "The task has ended: there is no work to pause or to resume.");

    private static readonly ProblemHttpResult Paused = Problems.Conflict("task-paused", "The task is paused: resume it.");

    private static readonly ProblemHttpResult NotFailed = Problems.Conflict(
        "not-failed", "Nothing of the task has failed, and no attempt is waiting for its time.");

    /// <returns>Why the wish can't be had, or null when the row says it.</returns>
    public Task<ProblemHttpResult?> PauseAsync(Infohash infohash, CancellationToken cancellationToken) =>
        WriteAsync(infohash, static task => IsEnded(task) ? Ended : Done(task.PauseAsked = true), cancellationToken);

    /// <inheritdoc cref="PauseAsync"/>
    public Task<ProblemHttpResult?> ResumeAsync(Infohash infohash, CancellationToken cancellationToken) =>
        WriteAsync(infohash, static task => IsEnded(task) ? Ended : Done(task.PauseAsked = false), cancellationToken);

    /// <summary>For a task that has failed, in whole or in part, or whose next attempt waits for its time.</summary>
    /// <inheritdoc cref="PauseAsync"/>
    public Task<ProblemHttpResult?> RetryAsync(Infohash infohash, CancellationToken cancellationToken) =>
        WriteAsync(
            infohash,
            static task => task.PauseAsked ? Paused : task.Items.Exists(HasFailed) ? Done(task.RestartAsked = true) : NotFailed,
            cancellationToken);

    /// <inheritdoc cref="PauseAsync"/>
    public Task<ProblemHttpResult?> PrioritizeAsync(Infohash infohash, int priority, CancellationToken cancellationToken) =>
        WriteAsync(infohash, task => Done(task.Priority = priority), cancellationToken);

    private static bool IsEnded(TorrentTask task) =>
        task.CurrentState is nameof(TaskState.Completed) or nameof(TaskState.Playable) or nameof(TaskState.Failed);

    private static bool HasFailed(WorkItem item) =>
        item is { State: WorkItemState.Failed } or { State: WorkItemState.Waiting, FailureKind: not null };

    private static ProblemHttpResult? Done<T>(T _) => null;

    private async Task<ProblemHttpResult?> WriteAsync(
        Infohash infohash, Func<TorrentTask, ProblemHttpResult?> wish, CancellationToken cancellationToken)
    {
        var taskId = infohash.ToTaskId();
        using (await gate.EnterAsync(cancellationToken))
        await using (var transaction = await db.BeginTaskChangeAsync(cancellationToken))
        {
            if (await db.LoadForUpdateAsync(taskId, cancellationToken) is not { } task)
            {
                return RouteInfohash.Unknown(infohash);
            }

            if (wish(task) is { } refusal)
            {
                return refusal;
            }

            db.ChangeTracker.DetectChanges();
            if (!db.ChangeTracker.HasChanges())
            {
                return null;
            }

            task.AttentionSince = time.GetUtcNow();
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            LogAsked(infohash.ToString(), task.PauseAsked, task.RestartAsked, task.Priority);
        }

        // The row is committed: the nudge goes out even when the caller has gone.
        await publisher.TryPublishAsync(new SubmitTorrent(taskId, infohash.ToString()), CancellationToken.None);
        return null;
    }

    [LoggerMessage(7021, LogLevel.Information, "Asked of {Infohash}: pause {Pause}, restart {Restart}, priority {Priority}")]
    private partial void LogAsked(string infohash, bool pause, bool restart, int priority);
}
