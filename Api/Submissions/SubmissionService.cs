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

    /// <summary>Receivers of one task; the last ones count.</summary>
    public const int MaxWebhooks = 4;

    /// <returns>Whether the task is new.</returns>
    public async Task<bool> SubmitAsync(Submission submission, CancellationToken cancellationToken)
    {
        using var span = TaskTrace.Start("submit", submission.Infohash.ToTaskId(), ActivityKind.Internal);
        span?.SetTag("infohash", submission.Infohash.ToString());
        var outcome = (await WriteAsync([submission], cancellationToken))[0];
        if (outcome == Outcome.Changed)
        {
            // The row is committed: the word goes out even when the caller has gone.
            await publisher.TryPublishAsync(
                new SubmitTorrent(submission.Infohash.ToTaskId(), submission.Infohash.ToString()), CancellationToken.None);
        }

        return outcome == Outcome.Added;
    }

    /// <summary>
    /// Several in one transaction: all are written, or none is. Those of tasks that are there already are found by the
    /// Dispatcher, within seconds: a batch is no reason to send thousands of words.
    /// </summary>
    /// <returns>For each whether the task is new.</returns>
    public async Task<IReadOnlyList<bool>> SubmitAsync(IReadOnlyList<Submission> submissions, CancellationToken cancellationToken) =>
        [.. (await WriteAsync(submissions, cancellationToken)).Select(outcome => outcome == Outcome.Added)];

    private async Task<IReadOnlyList<Outcome>> WriteAsync(IReadOnlyList<Submission> submissions, CancellationToken cancellationToken)
    {
        var outcomes = await CommitAsync(submissions, cancellationToken);
        foreach (var outcome in outcomes)
        {
            metrics.Submitted(outcome.ToString());
        }

        foreach (var (submission, outcome) in submissions.Zip(outcomes).Where(written => written.Second != Outcome.Unchanged))
        {
            LogSubmitted(submission.Infohash.ToString(), outcome);
        }

        if (outcomes.Contains(Outcome.Added))
        {
            nudge.Say();
        }

        return outcomes;
    }

    private async Task<IReadOnlyList<Outcome>> CommitAsync(IReadOnlyList<Submission> submissions, CancellationToken cancellationToken)
    {
        // What an earlier transaction of the same request has read may have changed since, and what a failed one wrote is not there.
        db.ChangeTracker.Clear();
        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await db.BeginTaskChangeAsync(cancellationToken);
        var now = time.GetUtcNow();
        var ids = submissions.Select(submission => submission.Infohash.ToTaskId()).ToHashSet();
        await db.HoldPlacesAsync(ids, cancellationToken);
        var tasks = await db.LoadForUpdateAsync(ids, cancellationToken);
        ids.ExceptWith(tasks.Keys);
        var earlier = ids.Count == 0
            ? []
            : await db.DeletedTasks.Where(task => ids.Contains(task.TaskId))
                .Select(task => new { task.TaskId, task.LeaseFloor, LeftData = db.KeptData.Any(kept => kept.TaskId == task.TaskId) })
                .ToDictionaryAsync(task => task.TaskId, cancellationToken);
        var outcomes = new List<Outcome>(submissions.Count);
        foreach (var submission in submissions)
        {
            var id = submission.Infohash.ToTaskId();
            if (tasks.TryGetValue(id, out var task))
            {
                outcomes.Add(await MergeAsync(task, submission, now, cancellationToken) ? Outcome.Changed : Outcome.Unchanged);
            }
            else
            {
                tasks.Add(id, Add(submission, earlier.GetValueOrDefault(id)?.LeaseFloor ?? 0, now));
                outcomes.Add(Outcome.Added);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        if (earlier.Values.Where(task => task.LeftData).Select(task => task.TaskId).ToList() is { Count: > 0 } left)
        {
            await db.TakeOverKeptAsync(left, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return outcomes;
    }

    private TorrentTask Add(Submission submission, int leaseFloor, DateTimeOffset now)
    {
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
            Webhooks = submission.Webhook is { } webhook ? [webhook] : [],
            Name = submission.Name,
            InfohashV1 = submission.InfohashV1?.ToString(),
            InfohashV2 = submission.InfohashV2?.ToString(),
            LeaseFloor = leaseFloor,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var takesPictures = task.Wants.HasFlag(Wants.Screenshots);
        task.Items.Add(new WorkItem
        {
            TaskId = task.CorrelationId,
            // The first step brings the metadata, which may be all that is wanted; what follows it becomes work when it is done.
            Step = task.Wants == Wants.Stream ? Step.Download : Step.Screenshots,
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

        return task;
    }

    /// <returns>Whether there is something in it that the task did not have.</returns>
    private async Task<bool> MergeAsync(TorrentTask task, Submission submission, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (db.Entry(task).State == EntityState.Added)
        {
            // It came twice in one batch; from here on it is as one that was there before.
            await db.SaveChangesAsync(cancellationToken);
        }

        if (submission.Trackers.Except(task.Trackers).Any())
        {
            task.Trackers = [.. task.Trackers.Union(submission.Trackers).Take(MaxTrackers)];
        }

        // New peers first: old ones may be gone.
        if (submission.Peers.Except(task.Peers).Any())
        {
            task.Peers = [.. submission.Peers.Union(task.Peers).Take(MaxPeers)];
        }

        if (submission.Webhook is { } webhook && !task.Webhooks.Contains(webhook))
        {
            task.Webhooks = [.. task.Webhooks.Append(webhook).TakeLast(MaxWebhooks)];
        }

        if (submission.Files.Count > 0)
        {
            await WidenFilesAsync(task, submission.Files, cancellationToken);
        }

        // Who says nothing wants pictures, of a task too that had no more to do than to learn its files.
        var wants = task.Wants | (submission.Wants ?? (task.Wants == Wants.None ? Wants.Screenshots : Wants.None));
        var isFirstWish = wants.HasFlag(Wants.Screenshots) && !task.Wants.HasFlag(Wants.Screenshots);
        task.Shots = isFirstWish ? submission.Shots ?? task.Shots : Math.Max(task.Shots, submission.Shots ?? 0);
        task.Wants = wants;
        task.Priority = Math.Max(task.Priority, submission.Priority ?? task.Priority);
        task.Name ??= submission.Name;
        task.InfohashV1 ??= submission.InfohashV1?.ToString();
        task.InfohashV2 ??= submission.InfohashV2?.ToString();
        var bringsMetadata = submission.Info is not null && !task.HasMetadata
            && !await db.Set<TaskMetadata>().AnyAsync(metadata => metadata.TaskId == task.CorrelationId, cancellationToken);
        if (bringsMetadata)
        {
            db.Add(new TaskMetadata { TaskId = task.CorrelationId, Info = submission.Info! });
            await db.SaveChangesAsync(cancellationToken);
        }

        var failed = task.CurrentState == nameof(TaskState.Failed);
        if (!failed && !bringsMetadata && db.Entry(task).State == EntityState.Unchanged)
        {
            return false;
        }

        task.RestartAsked |= failed;
        task.AttentionSince = now;
        return true;
    }

    /// <summary>
    /// The default choice is widened by a list once the files are known; until then it stays, as it may be the wider one. Of a task that wants
    /// its metadata alone nobody has begun anything: the list is the choice.
    /// </summary>
    private async Task WidenFilesAsync(TorrentTask task, IReadOnlyList<int> files, CancellationToken cancellationToken)
    {
        if (task.Wants == Wants.None)
        {
            task.FilesAsked = files;
            return;
        }

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
