using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace EventTorrent.NoOpWorker;

/// <summary>
/// The design that the bus replaces: a worker that polls a table. It claims the next task in one transaction
/// (<c>SELECT ... FOR UPDATE SKIP LOCKED</c>), works, and stores what it found in another, so that a person sees the task
/// pending, working and done. Same tables, same rows at the end, one connection, prepared statements, one round trip
/// wherever one will do.
/// </summary>
internal sealed class TableWorker : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private const string Next =
        """
        SELECT t.id, t.infohash, t.shots, t.trackers, t.peers FROM work_items i JOIN tasks t ON t.id = i.task_id
        WHERE i.state = 'Waiting' AND i.step = 'Screenshots' AND i.due_at <= $1
        ORDER BY i.priority DESC, i.created_at LIMIT 1 FOR UPDATE OF i SKIP LOCKED
        """;

    private const string Claim = "UPDATE work_items SET state = 'Running', lease = lease + 1, worker = $2, due_at = $3 WHERE task_id = $1";

    private const string Working = "UPDATE tasks SET state = 'Fetching', version = version + 1, started_at = $2, updated_at = $2 WHERE id = $1";

    private const string Done =
        """
        UPDATE work_items SET state = 'Done', due_at = NULL, file_index = 0, stored_bits = 1, promised_bits = 1, progress = 1,
        container = $2, codec = $3, duration = $4, bytes_needed = $5, bytes_fetched = $6, rounds = 3 WHERE task_id = $1
        """;

    private const string Completed =
        """
        UPDATE tasks SET state = 'Completed', version = version + 1, name = 'A film', size_bytes = $2, piece_length_bytes = $3,
        file_count = 1, infohash_v1 = infohash, has_metadata = true, bytes_fetched = $4, peers = $5, first_shot_at = $6,
        ended_at = $6, updated_at = $6 WHERE id = $1
        """;

    private const string Metadata = "INSERT INTO metadata (task_id, info) VALUES ($1, $2)";

    private const string File = "INSERT INTO files (task_id, index, path, length_bytes, selected) VALUES ($1, 0, $2, $3, true)";

    private const string Screenshot =
        """
        INSERT INTO screenshots (task_id, file_index, index, wanted_at, taken_at, width, height, verified, length_bytes, stored_at)
        VALUES ($1, 0, 0, $2, $2, 640, 360, false, 20000, $3)
        """;

    private const string Note = "INSERT INTO timeline (task_id, at, from_state, to_state, cause, worker, lease) VALUES ($1, $2, $3, $4, $5, $6, 1)";

    private readonly NpgsqlDataSource _source;
    private readonly string _worker;

    private TableWorker(string connectionString, string worker)
    {
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 20, AutoPrepareMinUsages = 1 });
        _worker = worker;
    }

    public static async Task RunAsync(string connectionString, string worker)
    {
        using var stop = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        await using var poller = new TableWorker(connectionString, worker);
        await using var connection = await poller._source.OpenConnectionAsync(stop.Token);
        try
        {
            while (true)
            {
                if (await poller.ClaimAsync(connection, stop.Token) is { } task)
                {
                    await poller.StoreAsync(connection, task, stop.Token);
                }
                else
                {
                    await Task.Delay(PollInterval, stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The bench is over.
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<Guid?> ClaimAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = DateTime.UtcNow;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var next = new NpgsqlCommand(Next, connection, transaction) { Parameters = { Value(now) } };
        Guid id;
        await using (var row = await next.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken))
            {
                return null;
            }

            id = row.GetGuid(0);
        }

        await using var claim = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                Command(Claim, Value(id), Value(_worker), Value(now.AddSeconds(30))),
                Command(Working, Value(id), Value(now)),
                Command(Note, Value(id), Value(now), Value("Pending"), Value("Fetching"), Value("A worker joins the swarm"), Value(_worker)),
            },
        };
        await claim.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return id;
    }

    /// <summary>One batch is one transaction and one round trip.</summary>
    private async Task StoreAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        var now = DateTime.UtcNow;
        await using var store = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command(
                    Done, Value(id), Value(Found.Container), Value(Found.Codec), Value((long)Found.Duration.TotalMilliseconds),
                    Value(Found.NeededBytes), Value(Found.FetchedBytes)),
                Command(
                    Completed, Value(id), Value(Found.VideoBytes), Value(Found.PieceLengthBytes), Value(Found.FetchedBytes),
                    Value($"[\"{Found.Peer}\"]"), Value(now)),
                Command(Metadata, Value(id), Value(Found.Info)),
                Command(File, Value(id), Value(Found.Path), Value(Found.VideoBytes)),
                Command(Screenshot, Value(id), Value((long)Found.At.TotalMilliseconds), Value(now)),
                Command(Note, Value(id), Value(now), Value("Fetching"), Value("Completed"), Value("All that can be had is stored"), Value(_worker)),
            },
        };
        await store.ExecuteNonQueryAsync(cancellationToken);
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
