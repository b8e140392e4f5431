using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EventTorrent.Storage;

public static class MetadataKeeping
{
    /// <summary>Keeps what is new. The door may have kept a task's metadata before a worker sent it; that is the same.</summary>
    public static async Task KeepAsync(this TorrentDb db, IReadOnlyList<TaskMetadata> metadata, CancellationToken cancellationToken)
    {
        if (!db.IsPostgres)
        {
            foreach (var one in metadata)
            {
                await db.Database.ExecuteSqlAsync(
                    $"INSERT INTO metadata (task_id, info) VALUES ({one.TaskId}, {one.Info}) ON CONFLICT DO NOTHING", cancellationToken);
            }

            return;
        }

        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var together = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection());
            foreach (var one in metadata)
            {
                together.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO metadata (task_id, info) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                {
                    Parameters = { new() { Value = one.TaskId }, new() { Value = one.Info } },
                });
            }

            await together.ExecuteNonQueryAsync(cancellationToken);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
