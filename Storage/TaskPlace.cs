using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage;

/// <summary>Holding the place of a task that may have no row yet, which no row lock can.</summary>
public static class TaskPlace
{
    /// <summary>
    /// Lets one transaction at a time look whether there is a task and add it. On SQLite the transaction itself does that.
    /// Needs an open transaction, and holds until it ends.
    /// </summary>
    public static Task HoldPlaceAsync(this TorrentDb db, Guid taskId, CancellationToken cancellationToken)
    {
        // The id is a hash: any eight bytes of it are as good a key as all.
        var key = BitConverter.ToInt64(taskId.ToByteArray(), 0);
        return db.IsPostgres
            ? db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({key})", cancellationToken)
            : Task.CompletedTask;
    }
}
