using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage;

/// <summary>Which streams nobody watches, and what lies on volumes without a task.</summary>
public sealed class StreamRetention(TorrentDb db, WriteGate gate)
{
    /// <summary>Somebody watches: the stream is not removed for a while.</summary>
    /// <returns>Whether there is such a task.</returns>
    public async Task<bool> NoteWatchedAsync(Guid taskId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        return await db.Tasks.Where(task => task.CorrelationId == taskId)
            .ExecuteUpdateAsync(set => set.SetProperty(task => task.LastWatchedAt, now), cancellationToken) > 0;
    }

    /// <summary>Streams that were neither finished nor watched since then, the oldest first.</summary>
    public async Task<IReadOnlyList<ExpireStream>> FindUnwatchedAsync(DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        var tasks = await Unwatched(since).OrderBy(task => task.EndedAt).Take(limit)
            .Select(task => new { task.CorrelationId, task.Infohash }).ToListAsync(cancellationToken);
        return tasks.ConvertAll(task => new ExpireStream(task.CorrelationId, task.Infohash));
    }

    /// <summary>The same for one volume: those unwatched longest, until their files have so many bytes together.</summary>
    public async Task<IReadOnlyList<ExpireStream>> FindUnwatchedOnAsync(
        string volume, long bytes, DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        var tasks = await (
            from task in Unwatched(since)
            join item in db.WorkItems on task.CorrelationId equals item.TaskId
            where item.Step == Step.Download && item.BoundVolume == volume
            orderby task.LastWatchedAt ?? task.EndedAt
            select new { task.CorrelationId, task.Infohash, Bytes = item.TotalBytes ?? task.SizeBytes ?? 0 }).Take(limit).ToListAsync(cancellationToken);
        var found = new List<ExpireStream>();
        foreach (var task in tasks.TakeWhile(_ => bytes > 0))
        {
            found.Add(new ExpireStream(task.CorrelationId, task.Infohash));
            bytes -= task.Bytes;
        }

        return found;
    }

    /// <summary>Free bytes of each volume, as the least of its download workers that were seen since says.</summary>
    public async Task<IReadOnlyDictionary<string, long>> FindRoomAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var kind = nameof(Step.Download);
        return await db.Workers
            .Where(worker => worker.Kind == kind && worker.Volume != null && worker.FreeBytes != null && worker.SeenAt >= since && worker.StoppedAt == null)
            .GroupBy(worker => worker.Volume!)
            .ToDictionaryAsync(group => group.Key, group => group.Min(worker => worker.FreeBytes!.Value), cancellationToken);
    }

    /// <summary>Data of deleted tasks that was left before then, the oldest first.</summary>
    public async Task<IReadOnlyList<PurgeData>> FindKeptAsync(DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        var kept = await db.KeptData.Where(kept => kept.Since < since).OrderBy(kept => kept.Since).Take(limit)
            .Select(kept => new { kept.TaskId, kept.Infohash }).ToListAsync(cancellationToken);
        return kept.ConvertAll(one => new PurgeData(one.TaskId, one.Infohash, Mark: ""));
    }

    /// <summary>The same for one volume, with the bytes of each.</summary>
    public async Task<IReadOnlyList<(PurgeData Purge, long Bytes)>> FindKeptOnAsync(
        string volume, DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        var kept = await db.KeptData.Where(kept => kept.Volume == volume && kept.Since < since).OrderBy(kept => kept.Since).Take(limit)
            .Select(kept => new { kept.TaskId, kept.Infohash, kept.Bytes }).ToListAsync(cancellationToken);
        return kept.ConvertAll(one => (new PurgeData(one.TaskId, one.Infohash, Mark: ""), one.Bytes));
    }

    /// <summary>What was kept of a deleted task is not any more: it is what its volume is to remove, from now on.</summary>
    /// <returns>Whether it was there; else somebody has taken it over, or let it go.</returns>
    public async Task<bool> LetGoAsync(Guid taskId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        // First this: whoever is killed in between leaves all as it was, and a volume that is away has its time from now on.
        await db.DeletedTasks.Where(task => task.TaskId == taskId && db.KeptData.Any(kept => kept.TaskId == taskId))
            .ExecuteUpdateAsync(set => set.SetProperty(task => task.DeletedAt, now), cancellationToken);
        return await db.ForgetKeptAsync(taskId, cancellationToken);
    }

    /// <summary>
    /// Those of the torrents that have no business on any volume: their task was deleted, or has no stream any more, and nothing is
    /// kept. One that was never heard of is none of them: its task may be missing because the database is an old copy. One statement
    /// asks, as the answer must be true of one moment.
    /// </summary>
    public async Task<IReadOnlyList<Infohash>> FindLeftAsync(IReadOnlyCollection<Infohash> present, CancellationToken cancellationToken)
    {
        var ids = present.Select(infohash => infohash.ToTaskId()).ToList();
        var left = await db.DeletedTasks
            .Where(deleted => ids.Contains(deleted.TaskId) && !db.Tasks.Any(task => task.CorrelationId == deleted.TaskId))
            .Select(deleted => deleted.TaskId)
            .Concat(db.Tasks
                .Where(task => ids.Contains(task.CorrelationId) && !task.Items.Any(item => item.Step != Step.Screenshots))
                .Select(task => task.CorrelationId))
            .Where(id => !db.KeptData.Any(kept => kept.TaskId == id))
            .ToHashSetAsync(cancellationToken);
        return [.. present.Where(infohash => left.Contains(infohash.ToTaskId()))];
    }

    private IQueryable<TorrentTask> Unwatched(DateTimeOffset since) => db.Tasks.AsNoTracking().Where(task =>
        task.CurrentState == nameof(TaskState.Playable) && task.EndedAt < since && (task.LastWatchedAt == null || task.LastWatchedAt < since));
}
