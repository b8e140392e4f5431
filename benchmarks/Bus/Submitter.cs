using EventTorrent.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace EventTorrent.Benchmarks.Bus;

/// <summary>Submits tasks as the door does: the same rows by the same statements, in one transaction for each task.</summary>
internal sealed class Submitter(NpgsqlDataSource source, Action nudge)
{
    private const string TaskRow =
        """
        INSERT INTO tasks (id, infohash, state, version, wants, shots, files_asked, verification, priority, trackers, peers, restart_asked,
        is_private, has_metadata, bytes_fetched, created_at, updated_at)
        VALUES ($1, $2, 'Pending', 1, 1, 1, '[]', 'Blocks', 0, '["http://127.0.0.1:6969/announce"]', '[]', false, false, false, 0, $3, $3)
        """;

    private const string ItemRow =
        """
        INSERT INTO work_items (task_id, step, index, state, due_at, priority, created_at, lease, failed_attempts, shots, plan_lease,
        stored_bits, bytes_fetched, bytes_fetched_earlier, down_bytes_per_second, peers, bytes_needed, rounds)
        VALUES ($1, 'Screenshots', 0, 'Waiting', $2, 0, $2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
        """;

    private const string NoteRow = "INSERT INTO timeline (task_id, at, to_state, cause) VALUES ($1, $2, 'Pending', 'Submitted')";

    /// <summary>Submits a number of tasks, several at once.</summary>
    public Task ManyAsync(int count, int atOnce, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
            async (_, token) => await OneAsync(token));

    /// <summary>Submits one task for each tick.</summary>
    public async Task PacedAsync(int count, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval);
        for (var number = 0; number < count && await timer.WaitForNextTickAsync(cancellationToken); number++)
        {
            await OneAsync(cancellationToken);
        }
    }

    public async Task OneAsync(CancellationToken cancellationToken)
    {
        var infohash = Infohash.Parse(Convert.ToHexString(Guid.NewGuid().ToByteArray()) + "01234567");
        var (id, now) = (infohash.ToTaskId(), TimeProvider.System.GetUtcNow().UtcDateTime);
        await using (var connection = await source.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await using var look = new NpgsqlBatch(connection, transaction)
            {
                BatchCommands =
                {
                    Command("SELECT pg_advisory_xact_lock($1)", Value(BitConverter.ToInt64(id.ToByteArray(), 0))),
                    Command("SELECT * FROM tasks WHERE id = $1 FOR UPDATE", Value(id)),
                },
            };
            await look.ExecuteNonQueryAsync(cancellationToken);
            await using var insert = new NpgsqlBatch(connection, transaction)
            {
                BatchCommands =
                {
                    Command(TaskRow, Value(id), Value(infohash.ToString()), Value(now)),
                    Command(ItemRow, Value(id), Value(now)),
                    Command(NoteRow, Value(id), Value(now)),
                },
            };
            await insert.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        nudge();
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static NpgsqlParameter<DateTime> Value(DateTime value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };
}
