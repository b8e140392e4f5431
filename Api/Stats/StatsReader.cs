using EventTorrent.Hosting;
using EventTorrent.Storage;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Stats;

/// <summary>Counts rows, and adds what the last look at the broker saw.</summary>
internal sealed class StatsReader(TorrentDb db, QueueCensus census, TimeProvider time)
{
    public async Task<StatsView> ReadAsync(CancellationToken cancellationToken)
    {
        var tasks = await db.Tasks.GroupBy(task => task.CurrentState)
            .Select(group => new { State = group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.State, group => group.Count, cancellationToken);
        var items = await db.WorkItems.GroupBy(item => new { item.Step, item.State })
            .Select(group => new { group.Key.Step, group.Key.State, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var since = time.GetUtcNow() - WorkerHeartbeat.Silence;
        var workers = await db.Workers.Where(worker => worker.SeenAt >= since && worker.StoppedAt == null).GroupBy(worker => worker.Kind)
            .Select(group => new WorkerCount(group.Key, group.Count(), group.Sum(worker => worker.Slots), group.Sum(worker => worker.Busy)))
            .ToListAsync(cancellationToken);
        var kept = await db.KeptData.GroupBy(data => data.Volume)
            .Select(group => new KeptCount(group.Key, group.Count(), group.Sum(data => data.Bytes)))
            .ToListAsync(cancellationToken);
        return new StatsView(
            tasks,
            [.. items.OrderBy(item => item.Step).ThenBy(item => item.State)
                .Select(item => new WorkItemCount(item.Step.ToString(), item.State.ToString(), item.Count))],
            workers,
            census.Last,
            [.. kept.OrderBy(one => one.Volume, StringComparer.Ordinal)]);
    }
}
