using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage;

/// <summary>What becomes of a task's data on its volume when it is deleted without it, and wanted again.</summary>
public static class DataKeeping
{
    /// <summary>
    /// Notes what a task that is about to be deleted leaves, in the transaction that deletes it. One that never downloaded leaves
    /// what an earlier life of it left.
    /// </summary>
    public static async Task KeepDataAsync(this TorrentDb db, TorrentTask task, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (task.Items.Find(item => item is { Step: Step.Download, BoundVolume.Length: > 0 }) is not { } download)
        {
            return;
        }

        await db.ForgetKeptAsync(task.CorrelationId, cancellationToken);
        db.KeptData.Add(new KeptData
        {
            TaskId = task.CorrelationId,
            Infohash = task.Infohash,
            Volume = download.BoundVolume,
            Bytes = download.TotalBytes ?? task.SizeBytes ?? 0,
            Info = await db.Set<TaskMetadata>().Where(metadata => metadata.TaskId == task.CorrelationId)
                .Select(metadata => metadata.Info).FirstOrDefaultAsync(cancellationToken),
            Since = now,
        });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <returns>Whether there was something kept.</returns>
    public static async Task<bool> ForgetKeptAsync(this TorrentDb db, Guid taskId, CancellationToken cancellationToken) =>
        await db.KeptData.Where(kept => kept.TaskId == taskId).ExecuteDeleteAsync(cancellationToken) > 0;

    /// <summary>
    /// Gives tasks what earlier lives of them left: the metadata at once, the files with the download, which begins on their volume
    /// when that has workers. Needs the transaction in which the tasks or their downloads were saved.
    /// </summary>
    public static async Task TakeOverKeptAsync(this TorrentDb db, IReadOnlyCollection<Guid> taskIds, CancellationToken cancellationToken)
    {
        var kept = await db.KeptData.Where(kept => taskIds.Contains(kept.TaskId)).Select(kept => kept.TaskId).ToListAsync(cancellationToken);
        if (kept.Count == 0)
        {
            return;
        }

        foreach (var id in kept)
        {
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO metadata (task_id, info) SELECT task_id, info FROM kept_data WHERE task_id = {id} AND info IS NOT NULL ON CONFLICT DO NOTHING",
                cancellationToken);
        }

        var kind = nameof(Step.Download);
        await db.WorkItems
            .Where(item => kept.Contains(item.TaskId) && item.Step == Step.Download && item.BoundVolume == ""
                && db.KeptData.Any(data => data.TaskId == item.TaskId && db.Workers.Any(worker => worker.Volume == data.Volume && worker.Kind == kind)))
            .ExecuteUpdateAsync(
                set => set.SetProperty(item => item.BoundVolume, item => db.KeptData.Where(data => data.TaskId == item.TaskId).Select(data => data.Volume).First()),
                cancellationToken);
        await db.KeptData
            .Where(data => kept.Contains(data.TaskId) && db.WorkItems.Any(item => item.TaskId == data.TaskId && item.Step == Step.Download))
            .ExecuteDeleteAsync(cancellationToken);
    }
}
