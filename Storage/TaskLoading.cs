using System.Globalization;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace EventTorrent.Storage;

/// <summary>
/// Loading for change. On PostgreSQL the rows are locked until the transaction ends; on SQLite the transaction itself is
/// the lock (BEGIN IMMEDIATE, one writer), which is the same guarantee, coarser.
/// </summary>
public static class TaskLoading
{
    /// <summary>Somebody waits for the answer; it is better to be told so than to wait.</summary>
    private static readonly TimeSpan DoorWait = TimeSpan.FromSeconds(3);

    /// <inheritdoc cref="BeginTaskChangeAsync(TorrentDb, TimeSpan, CancellationToken)"/>
    public static Task<IDbContextTransaction> BeginTaskChangeAsync(this TorrentDb db, CancellationToken cancellationToken) =>
        db.BeginTaskChangeAsync(DoorWait, cancellationToken);

    /// <summary>
    /// Begins a transaction that waits for the rows of a task no longer than <paramref name="longestWait"/>: a lock that
    /// somebody forgets must not take the connections and turns of everybody else.
    /// </summary>
    public static async Task<IDbContextTransaction> BeginTaskChangeAsync(this TorrentDb db, TimeSpan longestWait, CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db.IsPostgres)
        {
            var milliseconds = longestWait.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
            await db.Database.ExecuteSqlAsync($"SELECT set_config('lock_timeout', {milliseconds}, true)", cancellationToken);
        }

        return transaction;
    }

    /// <summary>The task with its work items, all locked, or null. Needs an open transaction.</summary>
    /// <exception cref="TaskHeldException">The transaction waits no longer.</exception>
    public static async Task<TorrentTask?> LoadForUpdateAsync(this TorrentDb db, Guid taskId, CancellationToken cancellationToken) =>
        (await db.LoadForUpdateAsync([taskId], cancellationToken)).GetValueOrDefault(taskId);

    /// <summary>Those of the tasks that there are, with their work items, all locked in the order of their keys. Needs an open transaction.</summary>
    /// <exception cref="TaskHeldException">The transaction waits no longer.</exception>
    public static async Task<Dictionary<Guid, TorrentTask>> LoadForUpdateAsync(
        this TorrentDb db, IReadOnlyCollection<Guid> taskIds, CancellationToken cancellationToken)
    {
        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("A task is loaded for change inside a transaction only.");
        }

        try
        {
            return await LoadAsync(db, [.. taskIds], cancellationToken);
        }
        catch (Exception failure) when (IsLockTimeout(failure))
        {
            throw new TaskHeldException(failure);
        }
    }

    private static async Task<Dictionary<Guid, TorrentTask>> LoadAsync(TorrentDb db, Guid[] ids, CancellationToken cancellationToken)
    {
        var tasks = db.IsPostgres
            ? db.Tasks.FromSql($"SELECT * FROM tasks WHERE id = ANY ({ids}) ORDER BY id FOR UPDATE")
            : db.Tasks.Where(task => ids.Contains(task.CorrelationId));
        var found = (await tasks.AsTracking().ToListAsync(cancellationToken)).ToDictionary(task => task.CorrelationId);
        if (found.Count == 0)
        {
            return found;
        }

        // EF Core's fix-up puts the items into their tasks' lists.
        ids = [.. found.Keys];
        var items = db.IsPostgres
            ? db.WorkItems.FromSql($"SELECT * FROM work_items WHERE task_id = ANY ({ids}) ORDER BY task_id, step, index FOR UPDATE")
            : db.WorkItems.Where(item => ids.Contains(item.TaskId));
        await items.AsTracking().LoadAsync(cancellationToken);
        return found;
    }

    /// <summary>
    /// Those of the tasks that nobody else holds, with their work items, all locked; none is waited for. Rows are locked in
    /// the order of their keys, so that two who load several never wait for each other in a ring; a work item that somebody
    /// holds without its task is waited for a second only. Needs an open transaction.
    /// </summary>
    public static async Task<Dictionary<Guid, TorrentTask>> LoadFreeForUpdateAsync(
        this TorrentDb db, IReadOnlyCollection<Guid> taskIds, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. taskIds];
        if (db.IsPostgres)
        {
            return await LoadFreeOnPostgresAsync(db, ids, cancellationToken);
        }

        var found = await db.Tasks.Where(task => ids.Contains(task.CorrelationId)).AsTracking()
            .ToDictionaryAsync(task => task.CorrelationId, cancellationToken);
        ids = [.. found.Keys];
        await db.WorkItems.Where(item => ids.Contains(item.TaskId)).AsTracking().LoadAsync(cancellationToken);
        return found;
    }

    /// <summary>
    /// One round trip. The items are read by a statement of their own, as only one that begins when the tasks are locked sees
    /// all that those who held them before have written. A task that is let go of between the two is locked and left out.
    /// </summary>
    private static async Task<Dictionary<Guid, TorrentTask>> LoadFreeOnPostgresAsync(TorrentDb db, Guid[] ids, CancellationToken cancellationToken)
    {
        var (taskShape, itemShape) = (RowShape<TorrentTask>.Of(db), RowShape<WorkItem>.Of(db));
        await using var together = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection())
        {
            BatchCommands =
            {
                new(
                    $"""
                    SELECT {taskShape.Columns("t")} FROM tasks t WHERE id = ANY ($1) AND set_config('lock_timeout', '1000', true) IS NOT NULL
                    ORDER BY id FOR UPDATE SKIP LOCKED
                    """)
                {
                    Parameters = { new() { Value = ids } },
                },
                new(
                    $"""
                    WITH free AS MATERIALIZED (SELECT id FROM tasks WHERE id = ANY ($1) FOR UPDATE SKIP LOCKED)
                    SELECT {itemShape.Columns("i")} FROM work_items i WHERE task_id IN (SELECT id FROM free)
                    ORDER BY task_id, step, index FOR UPDATE
                    """)
                {
                    Parameters = { new() { Value = ids } },
                },
            },
        };
        var found = new Dictionary<Guid, TorrentTask>();
        await using var rows = await together.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var task = taskShape.Read(rows, 0);
            db.Entry(task).State = EntityState.Unchanged;
            found.Add(task.CorrelationId, task);
        }

        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (itemShape.Read(rows, 0) is var item && found.ContainsKey(item.TaskId))
            {
                // EF Core's fix-up puts the item into its task's list.
                db.Entry(item).State = EntityState.Unchanged;
            }
        }

        return found;
    }

    /// <summary>EF Core wraps what it takes for transient.</summary>
    internal static bool IsLockTimeout(Exception failure) =>
        (failure as PostgresException ?? failure.InnerException as PostgresException)?.SqlState == PostgresErrorCodes.LockNotAvailable;
}
