using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage;

/// <summary>The workers that there are, by their own words. Messages may overtake each other: an older one changes nothing.</summary>
public sealed class WorkerRegister(TorrentDb db)
{
    /// <summary>A worker that was not heard of for this long is forgotten.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>One that has said goodbye is remembered only for messages of it that are still on their way.</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromMinutes(10);

    /// <summary>Takes a worker's message in. Two first ones at once: one of them fails, and finds the row when it is handled again.</summary>
    public async Task<NotedWorker> NoteAsync(WorkerAlive alive, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset? stoppedAt = alive.Leaving == true ? now : null;
        var known = db.Workers.Where(worker => worker.Worker == alive.Worker);
        // One statement that looks and writes: another process may be at the same row.
        await known.Where(worker => alive.Beat == null || worker.Beat < alive.Beat).ExecuteUpdateAsync(
            set => set
                .SetProperty(worker => worker.Slots, alive.Slots)
                .SetProperty(worker => worker.Busy, alive.Busy)
                .SetProperty(worker => worker.FreeBytes, alive.FreeBytes)
                .SetProperty(worker => worker.Beat, worker => alive.Beat ?? worker.Beat)
                .SetProperty(worker => worker.StoppedAt, stoppedAt)
                .SetProperty(worker => worker.Draining, alive.Draining == true)
                .SetProperty(worker => worker.SeenAt, now),
            cancellationToken);
        if (await known.Select(worker => (bool?)worker.DrainAsked).SingleOrDefaultAsync(cancellationToken) is { } drainAsked)
        {
            return new NotedWorker(IsNew: false, drainAsked);
        }

        // One that was forgotten, in a freeze or with the database of a backup, knows itself what was wanted of it.
        var isDraining = alive.Draining == true;
        db.Workers.Add(new WorkerRecord
        {
            Worker = alive.Worker,
            Host = alive.Host,
            Kind = alive.Kind,
            Volume = alive.Volume,
            Slots = alive.Slots,
            Busy = alive.Busy,
            FreeBytes = alive.FreeBytes,
            Version = alive.Version,
            StartedAt = alive.StartedAt,
            SeenAt = now,
            Beat = alive.Beat ?? 0,
            StoppedAt = stoppedAt,
            DrainAsked = isDraining,
            Draining = isDraining,
        });
        await db.SaveChangesAsync(cancellationToken);
        return new NotedWorker(IsNew: true, isDraining);
    }

    /// <summary>Writes down that a worker is to take no new work, or is to take work again.</summary>
    /// <returns>Whether there is such a worker.</returns>
    public async Task<bool> AskToDrainAsync(string name, bool drains, CancellationToken cancellationToken) =>
        await db.Workers.Where(worker => worker.Worker == name)
            .ExecuteUpdateAsync(set => set.SetProperty(worker => worker.DrainAsked, drains), cancellationToken) > 0;

    /// <summary>The volumes of all workers that are not forgotten.</summary>
    public Task<List<string>> ListVolumesAsync(CancellationToken cancellationToken) =>
        db.Workers.Where(worker => worker.Volume != null).Select(worker => worker.Volume!).Distinct().OrderBy(volume => volume).ToListAsync(cancellationToken);

    /// <summary>Removes workers that were silent for a day or left a while ago.</summary>
    public async Task<int> ForgetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (silentSince, leftBefore) = (now - Forgotten, now - Farewell);
        var gone = db.Workers.Where(worker => worker.SeenAt < silentSince || worker.StoppedAt < leftBefore);
        // A delete takes SQLite's one write lock, even when there is nothing to delete.
        return await gone.AnyAsync(cancellationToken) ? await gone.ExecuteDeleteAsync(cancellationToken) : 0;
    }
}
