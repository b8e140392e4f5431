using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage;

/// <summary>
/// The work items as a queue. Rows are taken with SKIP LOCKED, so that several Dispatchers never issue one item twice and
/// never wait for each other or for the state machine.
/// </summary>
public sealed class WorkQueue(TorrentDb db, WriteGate gate)
{
    /// <summary>First half of the keys of the locks that Dispatchers take; the second is the step.</summary>
    private const int PumpLock = 0x4576_0001;

    /// <summary>Work slots of a kind of worker, of all processes seen since that have not said goodbye.</summary>
    public Task<int> CountSlotsAsync(Step step, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var kind = step.ToString();
        return db.Workers.Where(worker => worker.Kind == kind && worker.SeenAt >= since && worker.StoppedAt == null)
            .SumAsync(worker => worker.Slots, cancellationToken);
    }

    /// <summary>Whether there is anything for <see cref="IssueAsync"/>; takes no lock.</summary>
    public Task<bool> AnyToIssueAsync(Step step, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.WorkItems.AnyAsync(
            item => item.Step == step && item.DueAt <= now
                && (item.State == WorkItemState.Waiting || item.State == WorkItemState.Queued),
            cancellationToken);

    /// <summary>
    /// Takes the items to issue next, highest priority first, then oldest: those that wait and are due, and those whose
    /// command seems to be lost. Each gets the next lease and is due again at <paramref name="graceEnds"/>, which
    /// <see cref="ConfirmIssuedAsync"/> extends once the broker has the command.
    /// </summary>
    /// <param name="window">Commands of the step that may be in the broker's queue at once, whoever issued them.</param>
    /// <param name="batch">Items to take at most.</param>
    public async Task<IReadOnlyList<IssuedItem>> IssueAsync(
        Step step, int window, int batch, DateTimeOffset now, DateTimeOffset graceEnds, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await HoldPumpAsync(step, cancellationToken);
        var limit = Math.Min(window - await CountQueuedAsync(step, now, cancellationToken), batch);
        if (limit <= 0)
        {
            return [];
        }

        var name = step.ToString();
        var due = db.IsPostgres
            ? db.WorkItems.FromSql(
                $"""
                SELECT * FROM work_items
                WHERE state IN ('Waiting', 'Queued') AND step = {name} AND due_at <= {now}
                ORDER BY priority DESC, created_at LIMIT {limit} FOR UPDATE SKIP LOCKED
                """)
            : db.WorkItems.Where(item => item.Step == step && item.DueAt <= now
                    && (item.State == WorkItemState.Waiting || item.State == WorkItemState.Queued))
                .OrderByDescending(item => item.Priority).ThenBy(item => item.CreatedAt).Take(limit);
        var items = await due.AsTracking().ToListAsync(cancellationToken);
        foreach (var item in items)
        {
            item.State = WorkItemState.Queued;
            item.Lease++;
            item.DueAt = graceEnds;
            item.BytesFetchedEarlier += item.BytesFetched;
            item.BytesFetched = 0;
            item.Worker = null;
            item.Volume = null;
            item.Progress = null;
            item.DownBytesPerSecond = 0;
            item.Peers = 0;
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        var ids = items.Select(item => item.TaskId).Distinct().ToList();
        var tasks = await db.Tasks.AsNoTracking().Where(task => ids.Contains(task.CorrelationId))
            .ToDictionaryAsync(task => task.CorrelationId, cancellationToken);
        var infos = await db.Set<TaskMetadata>().AsNoTracking().Where(metadata => ids.Contains(metadata.TaskId))
            .ToDictionaryAsync(metadata => metadata.TaskId, metadata => metadata.Info, cancellationToken);
        return
        [
            .. from item in items
               where tasks.ContainsKey(item.TaskId)
               select new IssuedItem(tasks[item.TaskId], item, infos.GetValueOrDefault(item.TaskId)),
        ];
    }

    /// <summary>The broker has the command: leave the item alone until <paramref name="dueAt"/>, unless its state has moved on.</summary>
    public Task ConfirmIssuedAsync(IssuedItem issued, DateTimeOffset dueAt, CancellationToken cancellationToken) =>
        db.WorkItems
            .Where(item => item.TaskId == issued.Item.TaskId && item.Step == issued.Item.Step && item.Index == issued.Item.Index
                && item.Lease == issued.Item.Lease && item.State == WorkItemState.Queued)
            .ExecuteUpdateAsync(set => set.SetProperty(item => item.DueAt, dueAt), cancellationToken);

    /// <summary>Items whose worker has been silent for too long; each is handed out again at <paramref name="nextLook"/>.</summary>
    public async Task<IReadOnlyList<OverdueItem>> TakeOverdueAsync(
        int limit, DateTimeOffset now, DateTimeOffset nextLook, CancellationToken cancellationToken)
    {
        var overdue = db.WorkItems.Where(item => item.DueAt <= now
            && (item.State == WorkItemState.Running || item.State == WorkItemState.Storing));
        if (!await overdue.AnyAsync(cancellationToken))
        {
            return [];
        }

        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var locked = db.IsPostgres
            ? db.WorkItems.FromSql(
                $"""
                SELECT * FROM work_items WHERE state IN ('Running', 'Storing') AND due_at <= {now}
                ORDER BY due_at LIMIT {limit} FOR UPDATE SKIP LOCKED
                """)
            : overdue.OrderBy(item => item.DueAt).Take(limit);
        var items = await locked.AsTracking().ToListAsync(cancellationToken);
        items.ForEach(item => item.DueAt = nextLook);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        var ids = items.Select(item => item.TaskId).Distinct().ToList();
        var infohashes = await db.Tasks.AsNoTracking().Where(task => ids.Contains(task.CorrelationId))
            .ToDictionaryAsync(task => task.CorrelationId, task => task.Infohash, cancellationToken);
        return [.. items.Where(item => infohashes.ContainsKey(item.TaskId)).Select(item => new OverdueItem(infohashes[item.TaskId], item))];
    }

    /// <summary>
    /// Tasks whose rows the door changed before <paramref name="before"/> and that the state machine has not looked at; each
    /// is handed out again as long after <paramref name="now"/>. One whose row somebody holds is left out: it could not be
    /// looked at either.
    /// </summary>
    public async Task<IReadOnlyList<SubmitTorrent>> TakeUnattendedAsync(
        int limit, DateTimeOffset now, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var unattended = db.Tasks.Where(task => task.AttentionSince <= before);
        if (!await unattended.AnyAsync(cancellationToken))
        {
            return [];
        }

        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var locked = db.IsPostgres
            ? db.Tasks.FromSql(
                $"""
                SELECT * FROM tasks WHERE attention_since <= {before}
                ORDER BY attention_since LIMIT {limit} FOR UPDATE SKIP LOCKED
                """)
            : unattended.OrderBy(task => task.AttentionSince).Take(limit);
        var tasks = await locked.AsTracking().ToListAsync(cancellationToken);
        tasks.ForEach(task => task.AttentionSince = now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return [.. tasks.Select(task => new SubmitTorrent(task.CorrelationId, task.Infohash))];
    }

    /// <summary>Forgets deleted tasks: who worked on them has stopped long ago.</summary>
    public async Task ForgetDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = db.DeletedTasks.Where(task => task.DeletedAt < before);
        if (await old.AnyAsync(cancellationToken))
        {
            await old.ExecuteDeleteAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Makes every unfinished item due now. For a process that holds everything: when it starts, all messages and all
    /// workers of its earlier life are gone. An item that was running stays so and is found overdue, which counts as an
    /// attempt: work that kills the process does not do so for ever.
    /// </summary>
    public async Task<int> RequeueUnfinishedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        var running = await db.WorkItems
            .Where(item => item.DueAt != null && item.State == WorkItemState.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(item => item.DueAt, now), cancellationToken);
        var others = await db.WorkItems
            .Where(item => item.DueAt != null && (item.State == WorkItemState.Queued || item.State == WorkItemState.Storing))
            .ExecuteUpdateAsync(
                set => set.SetProperty(item => item.State, WorkItemState.Waiting).SetProperty(item => item.DueAt, now),
                cancellationToken);
        return running + others;
    }

    /// <summary>
    /// For a clock that was set. Running items get until <paramref name="running"/> to report, so that none expires for
    /// that alone; no other item waits beyond the time that it could have been given by the clock as it is now.
    /// </summary>
    public async Task ResetDueTimesAsync(
        DateTimeOffset now, DateTimeOffset running, DateTimeOffset waiting, DateTimeOffset queued, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        await db.WorkItems
            .Where(item => item.DueAt != null && (item.State == WorkItemState.Running || item.State == WorkItemState.Storing))
            .ExecuteUpdateAsync(set => set.SetProperty(item => item.DueAt, running), cancellationToken);
        await db.WorkItems.Where(item => item.State == WorkItemState.Waiting && item.DueAt > waiting)
            .ExecuteUpdateAsync(set => set.SetProperty(item => item.DueAt, now), cancellationToken);
        await db.WorkItems.Where(item => item.State == WorkItemState.Queued && item.DueAt > queued)
            .ExecuteUpdateAsync(set => set.SetProperty(item => item.DueAt, queued), cancellationToken);
    }

    /// <summary>
    /// One Dispatcher at a time counts and issues: two that count together would both fill the window. It holds until the
    /// transaction ends; on SQLite the transaction itself does that.
    /// </summary>
    private Task HoldPumpAsync(Step step, CancellationToken cancellationToken) =>
        db.IsPostgres
            ? db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({PumpLock}, {(int)step})", cancellationToken)
            : Task.CompletedTask;

    /// <summary>Items of a step whose command is in the broker's queue, as far as we know: one that is overdue seems to be lost.</summary>
    private Task<int> CountQueuedAsync(Step step, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.WorkItems.CountAsync(item => item.Step == step && item.State == WorkItemState.Queued && item.DueAt > now, cancellationToken);
}
