using System.Globalization;
using EventTorrent.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace EventTorrent.Benchmarks.Bus;

/// <summary>Pending tasks as the door would have written them, by the fastest way that PostgreSQL has (COPY).</summary>
internal static class Backlog
{
    private const int Chunk = 50_000;
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(1);

    /// <summary>The oldest is as old as one task a millisecond makes it.</summary>
    public static async Task FillAsync(NpgsqlDataSource source, int count, CancellationToken cancellationToken)
    {
        var oldest = TimeProvider.System.GetUtcNow().UtcDateTime - (count * Spacing);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        for (var first = 0; first < count; first += Chunk)
        {
            var tasks = Enumerable.Range(first, Math.Min(Chunk, count - first)).Select(number => Make(number, oldest)).ToList();
            await CopyAsync(
                connection,
                "tasks (id, infohash, state, version, wants, shots, files_asked, verification, priority, trackers, peers, restart_asked, is_private, has_metadata, bytes_fetched, name, created_at, updated_at)",
                tasks,
                async (row, task, token) =>
                {
                    await WriteAsync(row, token, task.Id, task.Infohash, "Pending", 1L, 1, 1, "[]", "Blocks", 0);
                    await WriteAsync(row, token, "[\"http://127.0.0.1:6969/announce\"]", "[]", false, false, false, 0L, task.Name, task.At, task.At);
                },
                cancellationToken);
            await CopyAsync(
                connection,
                "work_items (task_id, step, index, state, due_at, priority, created_at, lease, failed_attempts, shots, plan_lease, stored_bits, bytes_fetched, bytes_fetched_earlier, down_bytes_per_second, peers, bytes_needed, rounds)",
                tasks,
                (row, task, token) => WriteAsync(
                    row, token, task.Id, "Screenshots", 0, "Waiting", task.At, 0, task.At, 0, 0, 1, 0, 0L, 0L, 0L, 0L, 0, 0L, 0),
                cancellationToken);
            await CopyAsync(
                connection,
                "timeline (task_id, at, to_state, cause)",
                tasks,
                (row, task, token) => WriteAsync(row, token, task.Id, task.At, "Pending", "Submitted"),
                cancellationToken);
        }
    }

    private static (Guid Id, string Infohash, string Name, DateTime At) Make(int number, DateTime oldest)
    {
        var infohash = Infohash.Parse(Convert.ToHexString(Guid.NewGuid().ToByteArray()) + number.ToString("x8", CultureInfo.InvariantCulture));
        return (infohash.ToTaskId(), infohash.ToString(), $"Film {infohash.ToString()[..6]} part {number % 10}", oldest + (number * Spacing));
    }

    private static async Task CopyAsync<T>(
        NpgsqlConnection connection, string target, IEnumerable<T> items, Func<NpgsqlBinaryImporter, T, CancellationToken, Task> write,
        CancellationToken cancellationToken)
    {
        await using var importer = await connection.BeginBinaryImportAsync($"COPY {target} FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var item in items)
        {
            await importer.StartRowAsync(cancellationToken);
            await write(importer, item, cancellationToken);
        }

        await importer.CompleteAsync(cancellationToken);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter row, CancellationToken cancellationToken, params object[] values)
    {
        foreach (var value in values)
        {
            await (value switch
            {
                DateTime at => row.WriteAsync(at, NpgsqlDbType.TimestampTz, cancellationToken),
                Guid id => row.WriteAsync(id, cancellationToken),
                int number => row.WriteAsync(number, cancellationToken),
                long number => row.WriteAsync(number, cancellationToken),
                bool flag => row.WriteAsync(flag, cancellationToken),
                string text => row.WriteAsync(text, cancellationToken),
                _ => throw new NotSupportedException(value.GetType().Name),
            });
        }
    }
}
