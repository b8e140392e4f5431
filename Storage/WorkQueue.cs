using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EventTorrent.Storage;

/// <summary>
/// The work items as a queue. Rows are taken with SKIP LOCKED, so that several Dispatchers never issue one item twice and
/// never wait for each other or for the state machine.
/// </summary>
public sealed class WorkQueue(TorrentDb db, WriteGate gate)
{
    /// <summary>First half of the keys of the locks that Dispatchers take; the second is the step.</summary>
    private const int PumpLock = 0x4576_0001;

    /// <summary>Work slots of a kind of worker, of all processes seen since that have not said goodbye and take new work.</summary>
    public Task<int> CountSlotsAsync(Step step, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var kind = step.ToString();
        return db.Workers.Where(worker => worker.Kind == kind && worker.SeenAt >= since && worker.StoppedAt == null && !worker.DrainAsked)
            .SumAsync(worker => worker.Slots, cancellationToken);
    }

    /// <summary>The same for every kind that works on volumes: slots by kind and volume.</summary>
    public async Task<IReadOnlyDictionary<(Step Step, string Volume), int>> CountVolumeSlotsAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var slots = await db.Workers
            .Where(worker => worker.Volume != null && worker.SeenAt >= since && worker.StoppedAt == null && !worker.DrainAsked)
            .GroupBy(worker => new { worker.Kind, worker.Volume })
            .Select(group => new { group.Key.Kind, Volume = group.Key.Volume!, Slots = group.Sum(worker => worker.Slots) })
            .ToListAsync(cancellationToken);
        return slots.Where(one => Enum.TryParse<Step>(one.Kind, out _)).ToDictionary(one => (Enum.Parse<Step>(one.Kind), one.Volume), one => one.Slots);
    }

    /// <summary>
    /// Takes the items to issue next, highest priority first, then oldest: those that wait and are due, and those whose
    /// command seems to be lost. Each gets the next lease and is due again at <paramref name="graceEnds"/>, which
    /// <see cref="ConfirmIssuedAsync"/> extends once the broker has the command.
    /// </summary>
    /// <param name="volume">Items that are bound to this volume, or "" for those that are bound to none.</param>
    /// <param name="window">Commands of the step and volume that may be in the broker's queue at once, whoever issued them.</param>
    /// <param name="batch">Items to take at most.</param>
    public async Task<IReadOnlyList<IssuedItem>> IssueAsync(
        Step step, string volume, int window, int batch, DateTimeOffset now, DateTimeOffset graceEnds, CancellationToken cancellationToken)
    {
        // A look that finds nothing does not ask for the one write turn that SQLite has.
        if (!db.IsPostgres && !await Due(step, volume, now).AnyAsync(cancellationToken))
        {
            return [];
        }

        using var turn = await gate.EnterAsync(cancellationToken);
        var taken = db.IsPostgres
            ? await TakeDueAsync(step, volume, window, batch, now, graceEnds, cancellationToken)
            : await TakeDueOnSqliteAsync(step, volume, window, batch, now, graceEnds, cancellationToken);
        return step == Step.Transcode && taken.Count > 0 ? await WithVideosAsync(taken, cancellationToken) : taken;
    }

    /// <summary>
    /// The broker has these commands: their items are left alone for <paramref name="queueTime"/> from then on, unless their
    /// state has moved on. A row that is locked moves on at this moment.
    /// </summary>
    public async Task ConfirmIssuedAsync(IReadOnlyList<SentCommand> sent, TimeSpan queueTime, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                UPDATE work_items i SET due_at = sent.at + {queueTime}
                FROM (
                    SELECT i.task_id, i.step, i.index, s.at FROM work_items i
                    JOIN unnest({sent.Select(one => one.TaskId).ToArray()}, {sent.Select(one => one.Step.ToString()).ToArray()},
                        {sent.Select(one => one.Index).ToArray()}, {sent.Select(one => one.Lease).ToArray()},
                        {sent.Select(one => one.At).ToArray()}) AS s (task_id, step, index, lease, at)
                    ON i.task_id = s.task_id AND i.step = s.step AND i.index = s.index AND i.lease = s.lease
                    WHERE i.state = 'Queued' FOR UPDATE OF i SKIP LOCKED) AS sent
                WHERE i.task_id = sent.task_id AND i.step = sent.step AND i.index = sent.index
                """,
                cancellationToken);
            return;
        }

        foreach (var one in sent)
        {
            var dueAt = one.At + queueTime;
            await db.WorkItems
                .Where(item => item.TaskId == one.TaskId && item.Step == one.Step && item.Index == one.Index
                    && item.Lease == one.Lease && item.State == WorkItemState.Queued)
                .ExecuteUpdateAsync(set => set.SetProperty(item => item.DueAt, dueAt), cancellationToken);
        }
    }

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

    /// <summary>Forgets deleted tasks: who worked on them has stopped long ago, and nothing of them is kept.</summary>
    public async Task ForgetDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = db.DeletedTasks.Where(task => task.DeletedAt < before && !db.KeptData.Any(kept => kept.TaskId == task.TaskId));
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
    /// One round trip and one transaction. One Dispatcher at a time counts and takes: two that count together would both
    /// fill the window. What waits and what seems lost are looked for apart: each has an index that gives it in order,
    /// whatever else stands in the table.
    /// </summary>
    private async Task<IReadOnlyList<IssuedItem>> TakeDueAsync(
        Step step, string volume, int window, int batch, DateTimeOffset now, DateTimeOffset graceEnds, CancellationToken cancellationToken)
    {
        const string Hold = "SELECT pg_advisory_xact_lock($1, $2)";
        var (taskShape, itemShape) = (RowShape<TorrentTask>.Of(db), RowShape<WorkItem>.Of(db));
        var take =
            $"""
            WITH room AS (
                SELECT least($3, $2 - count(*)) AS items FROM work_items WHERE state = 'Queued' AND step = $1 AND bound_volume = $6 AND due_at > $4),
            lost AS (
                SELECT task_id, index, priority, created_at FROM work_items
                WHERE state = 'Queued' AND step = $1 AND bound_volume = $6 AND due_at <= $4
                ORDER BY due_at LIMIT (SELECT greatest(0, items) FROM room) FOR UPDATE SKIP LOCKED),
            waiting AS (
                SELECT task_id, index, priority, created_at FROM work_items
                WHERE state = 'Waiting' AND step = $1 AND bound_volume = $6 AND due_at <= $4
                ORDER BY priority DESC, created_at LIMIT (SELECT greatest(0, items) FROM room) FOR UPDATE SKIP LOCKED),
            due AS (
                SELECT * FROM (SELECT * FROM lost UNION ALL SELECT * FROM waiting) AS either
                ORDER BY priority DESC, created_at LIMIT (SELECT greatest(0, items) FROM room)),
            taken AS (
                UPDATE work_items i SET state = 'Queued', lease = i.lease + 1, due_at = $5,
                    bytes_fetched_earlier = i.bytes_fetched_earlier + i.bytes_fetched, bytes_fetched = 0,
                    worker = NULL, volume = NULL, progress = NULL, down_bytes_per_second = 0, peers = 0,
                    up_bytes_per_second = 0, seeds = 0, wasted_bytes = 0, remaining = NULL, speed = NULL, stall = NULL
                FROM due WHERE i.task_id = due.task_id AND i.step = $1 AND i.index = due.index
                RETURNING i.*)
            SELECT {taskShape.Columns("t")}, {itemShape.Columns("i")}, m.info
            FROM taken i JOIN tasks t ON t.id = i.task_id LEFT JOIN metadata m ON m.task_id = i.task_id AND i.step <> 'Transcode'
            ORDER BY i.priority DESC, i.created_at
            """;
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var together = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection())
            {
                BatchCommands =
                {
                    new(Hold) { Parameters = { new() { Value = PumpLock }, new() { Value = (int)step } } },
                    new(take)
                    {
                        Parameters =
                        {
                            new() { Value = step.ToString() }, new() { Value = (long)window }, new() { Value = (long)batch },
                            new() { Value = now }, new() { Value = graceEnds }, new() { Value = volume },
                        },
                    },
                },
            };
            var issued = new List<IssuedItem>();
            await using var rows = await together.ExecuteReaderAsync(cancellationToken);
            await rows.NextResultAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                var info = taskShape.Count + itemShape.Count;
                issued.Add(new IssuedItem(
                    taskShape.Read(rows, 0), itemShape.Read(rows, taskShape.Count), rows.IsDBNull(info) ? null : rows.GetFieldValue<byte[]>(info), [], null));
            }

            return issued;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private async Task<IReadOnlyList<IssuedItem>> TakeDueOnSqliteAsync(
        Step step, string volume, int window, int batch, DateTimeOffset now, DateTimeOffset graceEnds, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var queued = await db.WorkItems.CountAsync(
            item => item.Step == step && item.BoundVolume == volume && item.State == WorkItemState.Queued && item.DueAt > now, cancellationToken);
        var items = await Due(step, volume, now).OrderByDescending(item => item.Priority).ThenBy(item => item.CreatedAt)
            .Take(Math.Max(0, Math.Min(window - queued, batch))).AsTracking().ToListAsync(cancellationToken);
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
            item.UpBytesPerSecond = 0;
            item.Seeds = 0;
            item.WastedBytes = 0;
            (item.Remaining, item.Speed, item.Stall) = (null, null, null);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (items.Count == 0)
        {
            return [];
        }

        var ids = items.Select(item => item.TaskId).Distinct().ToList();
        var leases = items.ToDictionary(item => (item.TaskId, item.Index), item => item.Lease);
        var rows = await (
            from item in db.WorkItems.AsNoTracking()
            where ids.Contains(item.TaskId) && item.Step == step && item.State == WorkItemState.Queued
            join task in db.Tasks.AsNoTracking() on item.TaskId equals task.CorrelationId
            join metadata in db.Set<TaskMetadata>().Where(_ => step != Step.Transcode) on item.TaskId equals metadata.TaskId into infos
            from metadata in infos.DefaultIfEmpty()
            orderby item.Priority descending, item.CreatedAt
            select new { task, item, metadata.Info }).ToListAsync(cancellationToken);
        return
        [
            .. from row in rows
               where leases.TryGetValue((row.item.TaskId, row.item.Index), out var lease) && lease == row.item.Lease
               select new IssuedItem(row.task, row.item, row.Info, [], null),
        ];
    }

    /// <summary>
    /// What only a transcode needs: what names the files on a volume, and what the items of whole videos have saved for the
    /// parts of these. Two more statements, for a step that takes minutes.
    /// </summary>
    private async Task<IReadOnlyList<IssuedItem>> WithVideosAsync(IReadOnlyList<IssuedItem> issued, CancellationToken cancellationToken)
    {
        var ids = issued.Select(work => work.Item.TaskId).Distinct().ToList();
        var files = (await db.Files.AsNoTracking().Where(file => ids.Contains(file.TaskId)).OrderBy(file => file.Index).ToListAsync(cancellationToken))
            .ToLookup(file => file.TaskId);
        var plans = await db.WorkItems.AsNoTracking()
            .Where(item => ids.Contains(item.TaskId) && item.Step == Step.Transcode && item.Parts != null && item.Part == null)
            .ToDictionaryAsync(item => (item.TaskId, item.FileIndex), item => item.ResumeData, cancellationToken);
        return
        [
            .. issued.Select(work => work with
            {
                Files = [.. files[work.Item.TaskId]],
                Plan = work.Item.Part is null ? null : plans.GetValueOrDefault((work.Item.TaskId, work.Item.FileIndex)),
            }),
        ];
    }

    private IQueryable<WorkItem> Due(Step step, string volume, DateTimeOffset now) =>
        db.WorkItems.Where(item => item.Step == step && item.BoundVolume == volume && item.DueAt <= now
            && (item.State == WorkItemState.Waiting || item.State == WorkItemState.Queued));
}
