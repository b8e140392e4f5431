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

    /// <summary>
    /// Those of the torrents that have no business on any volume: their task was deleted, or has no stream any more. One that
    /// was never heard of is none of them: its task may be missing because the database is an old copy.
    /// </summary>
    public async Task<IReadOnlyList<Infohash>> FindLeftAsync(IReadOnlyCollection<Infohash> present, CancellationToken cancellationToken)
    {
        var ids = present.Select(infohash => infohash.ToTaskId()).ToList();
        var deleted = await db.DeletedTasks.Where(task => ids.Contains(task.TaskId)).Select(task => task.TaskId).ToListAsync(cancellationToken);
        var known = await db.Tasks.Where(task => ids.Contains(task.CorrelationId))
            .Select(task => new { task.CorrelationId, HasStream = task.Items.Any(item => item.Step != Step.Screenshots) }).ToListAsync(cancellationToken);
        var left = deleted.Except(known.Select(task => task.CorrelationId))
            .Concat(known.Where(task => !task.HasStream).Select(task => task.CorrelationId)).ToHashSet();
        return [.. present.Where(infohash => left.Contains(infohash.ToTaskId()))];
    }

    private IQueryable<TorrentTask> Unwatched(DateTimeOffset since) => db.Tasks.AsNoTracking().Where(task =>
        task.CurrentState == nameof(TaskState.Playable) && task.EndedAt < since && (task.LastWatchedAt == null || task.LastWatchedAt < since));
}
