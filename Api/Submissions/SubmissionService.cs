using System.Diagnostics;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Hosting.Telemetry;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Submissions;

/// <summary>
/// Writes what a person asks for. The row is there before the answer; the nudge that follows may be lost, as the
/// Dispatcher finds the row. What was asked before is only ever widened, and a task's state is never touched.
/// </summary>
internal sealed partial class SubmissionService(
    TorrentDb db, WriteGate gate, BoundedPublisher publisher, WorkNudge nudge, DoorMetrics metrics, TimeProvider time, ILogger<SubmissionService> logger)
{
    private const int MaxPeers = MagnetLink.MaxPeers;
    private const int MaxTrackers = MagnetLink.MaxTrackers;

    /// <returns>Whether the task is new.</returns>
    public async Task<bool> SubmitAsync(Submission submission, CancellationToken cancellationToken)
    {
        using var span = TaskTrace.Start("submit", submission.Infohash.ToTaskId(), ActivityKind.Internal);
        span?.SetTag("infohash", submission.Infohash.ToString());
        var outcome = await WriteAsync(submission, cancellationToken);
        metrics.Submitted(outcome.ToString());
        if (outcome != Outcome.Unchanged)
        {
            LogSubmitted(submission.Infohash.ToString(), outcome);
        }

        if (outcome == Outcome.Added)
        {
            nudge.Say();
        }
        else if (outcome == Outcome.Changed)
        {
            // The row is committed: the word goes out even when the caller has gone.
            await publisher.TryPublishAsync(
                new SubmitTorrent(submission.Infohash.ToTaskId(), submission.Infohash.ToString()), CancellationToken.None);
        }

        return outcome == Outcome.Added;
    }

    private async Task<Outcome> WriteAsync(Submission submission, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await db.BeginTaskChangeAsync(cancellationToken);
        var now = time.GetUtcNow();
        var taskId = submission.Infohash.ToTaskId();
        await db.HoldPlaceAsync(taskId, cancellationToken);
        var existing = await db.LoadForUpdateAsync(taskId, cancellationToken);
        if (existing is null)
        {
            await AddAsync(submission, now, cancellationToken);
        }
        else
        {
            await MergeAsync(existing, submission, now, cancellationToken);
        }

        db.ChangeTracker.DetectChanges();
        var outcome = existing is null ? Outcome.Added : db.ChangeTracker.HasChanges() ? Outcome.Changed : Outcome.Unchanged;
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return outcome;
    }

    private async Task AddAsync(Submission submission, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var earlier = await db.DeletedTasks.FindAsync([submission.Infohash.ToTaskId()], cancellationToken);
        var task = new TorrentTask
        {
            CorrelationId = submission.Infohash.ToTaskId(),
            Infohash = submission.Infohash.ToString(),
            Version = 1,
            Wants = submission.Wants ?? Wants.Screenshots,
            Shots = submission.Shots ?? Submission.DefaultShots,
            FilesAsked = submission.Files,
            Verification = submission.Verification ?? Verification.Blocks,
            Priority = submission.Priority ?? 0,
            Trackers = submission.Trackers,
            Peers = submission.Peers,
            Name = submission.Name,
            InfohashV1 = submission.InfohashV1?.ToString(),
            InfohashV2 = submission.InfohashV2?.ToString(),
            LeaseFloor = earlier?.LeaseFloor ?? 0,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var takesPictures = task.Wants.HasFlag(Wants.Screenshots);
        task.Items.Add(new WorkItem
        {
            TaskId = task.CorrelationId,
            // The first step brings the metadata; what follows it becomes work when it is done.
            Step = takesPictures ? Step.Screenshots : Step.Download,
            Index = 0,
            State = WorkItemState.Waiting,
            DueAt = now,
            Shots = takesPictures ? task.Shots : 0,
            Priority = task.Priority,
            Lease = task.LeaseFloor,
            PlanLease = task.LeaseFloor,
            CreatedAt = now,
        });
        task.Timeline.Add(new TimelineEntry
        {
            TaskId = task.CorrelationId,
            At = now,
            ToState = nameof(TaskState.Pending),
            Cause = "Submitted",
        });
        db.Tasks.Add(task);
        if (submission.Info is not null)
        {
            db.Add(new TaskMetadata { TaskId = task.CorrelationId, Info = submission.Info });
        }
    }

    private async Task MergeAsync(TorrentTask task, Submission submission, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (submission.Trackers.Except(task.Trackers).Any())
        {
            task.Trackers = [.. task.Trackers.Union(submission.Trackers).Take(MaxTrackers)];
        }

        // New peers first: old ones may be gone.
        if (submission.Peers.Except(task.Peers).Any())
        {
            task.Peers = [.. submission.Peers.Union(task.Peers).Take(MaxPeers)];
        }

        if (submission.Files.Count > 0)
        {
            await WidenFilesAsync(task, submission.Files, cancellationToken);
        }

        task.Wants |= submission.Wants ?? Wants.None;
        task.Shots = Math.Max(task.Shots, submission.Shots ?? 0);
        task.Priority = Math.Max(task.Priority, submission.Priority ?? task.Priority);
        task.Name ??= submission.Name;
        task.InfohashV1 ??= submission.InfohashV1?.ToString();
        task.InfohashV2 ??= submission.InfohashV2?.ToString();
        if (submission.Info is not null && !task.HasMetadata
            && !await db.Set<TaskMetadata>().AnyAsync(metadata => metadata.TaskId == task.CorrelationId, cancellationToken))
        {
            db.Add(new TaskMetadata { TaskId = task.CorrelationId, Info = submission.Info });
        }

        db.ChangeTracker.DetectChanges();
        var failed = task.CurrentState == nameof(TaskState.Failed);
        if (failed || db.ChangeTracker.HasChanges())
        {
            task.RestartAsked |= failed;
            task.AttentionSince = now;
        }
    }

    /// <summary>The default choice is widened by a list once the files are known; until then it stays, as it may be the wider one.</summary>
    private async Task WidenFilesAsync(TorrentTask task, IReadOnlyList<int> files, CancellationToken cancellationToken)
    {
        IReadOnlyList<int> chosen = task.FilesAsked.Count > 0
            ? task.FilesAsked
            : await db.Files.Where(file => file.TaskId == task.CorrelationId && file.Selected).Select(file => file.Index).ToListAsync(cancellationToken);
        if (chosen.Count > 0 && files.Except(chosen).Any())
        {
            task.FilesAsked = [.. chosen.Union(files).Take(VideoFiles.MaxSelected).Order()];
        }
    }

    private enum Outcome
    {
        Added,
        Changed,
        Unchanged,
    }

    [LoggerMessage(7001, LogLevel.Information, "{Infohash} was submitted: {Outcome}")]
    private partial void LogSubmitted(string infohash, Outcome outcome);
}
