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
}
