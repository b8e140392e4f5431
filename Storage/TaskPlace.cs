using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage;

/// <summary>Holding the places of tasks that may have no row yet, which no row lock can.</summary>
public static class TaskPlace
{
    /// <summary>
    /// Lets one transaction at a time look whether there are such tasks and add them. On SQLite the transaction itself does that.
    /// Needs an open transaction, and holds until it ends. All take their places in one order, so that two who want several
    /// never wait for each other in a ring.
    /// </summary>
    /// <exception cref="TaskHeldException">The transaction waits no longer.</exception>
    public static async Task HoldPlacesAsync(this TorrentDb db, IReadOnlyCollection<Guid> taskIds, CancellationToken cancellationToken)
    {
        if (!db.IsPostgres)
        {
            return;
        }

        // The id is a hash: any eight bytes of it are as good a key as all.
        long[] keys = [.. taskIds.Select(id => BitConverter.ToInt64(id.ToByteArray(), 0)).Order()];
        try
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(key) FROM unnest({keys}) AS key", cancellationToken);
        }
        catch (Exception failure) when (TaskLoading.IsLockTimeout(failure))
        {
            throw new TaskHeldException(failure);
        }
    }
}
