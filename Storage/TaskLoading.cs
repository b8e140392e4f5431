using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage;

/// <summary>
/// Loading for change. On PostgreSQL the rows are locked until the transaction ends; on SQLite the transaction itself is
/// the lock (BEGIN IMMEDIATE, one writer), which is the same guarantee, coarser.
/// </summary>
public static class TaskLoading
{
    /// <summary>The task with its work items, all locked, or null. Needs an open transaction.</summary>
    public static async Task<TorrentTask?> LoadForUpdateAsync(this TorrentDb db, Guid taskId, CancellationToken cancellationToken)
    {
        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("A task is loaded for change inside a transaction only.");
        }

        var tasks = db.IsPostgres
            ? db.Tasks.FromSql($"SELECT * FROM tasks WHERE id = {taskId} FOR UPDATE")
            : db.Tasks.Where(task => task.CorrelationId == taskId);
        if (await tasks.AsTracking().ToListAsync(cancellationToken) is not [var found])
        {
            return null;
        }

        // EF Core's fix-up puts the items into the task's list.
        var items = db.IsPostgres
            ? db.WorkItems.FromSql($"SELECT * FROM work_items WHERE task_id = {taskId} FOR UPDATE")
            : db.WorkItems.Where(item => item.TaskId == taskId);
        await items.AsTracking().LoadAsync(cancellationToken);
        return found;
    }

    /// <summary>
    /// Those of the tasks that nobody else holds, with their work items, all locked; none is waited for. Rows are locked in
    /// the order of their keys, so that two who load several never wait for each other in a ring. Needs an open transaction.
    /// </summary>
    public static async Task<Dictionary<Guid, TorrentTask>> LoadFreeForUpdateAsync(
        this TorrentDb db, IReadOnlyCollection<Guid> taskIds, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. taskIds];
        var tasks = db.IsPostgres
            ? db.Tasks.FromSql($"SELECT * FROM tasks WHERE id = ANY ({ids}) ORDER BY id FOR UPDATE SKIP LOCKED")
            : db.Tasks.Where(task => ids.Contains(task.CorrelationId));
        var found = await tasks.AsTracking().ToDictionaryAsync(task => task.CorrelationId, cancellationToken);
        ids = [.. found.Keys];
        var items = db.IsPostgres
            ? db.WorkItems.FromSql($"SELECT * FROM work_items WHERE task_id = ANY ({ids}) ORDER BY task_id, step, index FOR UPDATE")
            : db.WorkItems.Where(item => ids.Contains(item.TaskId));
        await items.AsTracking().LoadAsync(cancellationToken);
        return found;
    }
}
