using Npgsql;

namespace EventTorrent.TestKit;

/// <summary>A cluster's database, read as it is.</summary>
public sealed class ClusterDatabase(string connectionString)
{
    /// <summary>For the processes.</summary>
    public string ConnectionString => connectionString;

    /// <summary>Runs statements that return nothing.</summary>
    public Task ExecuteAsync(string sql, CancellationToken cancellationToken) => UseAsync(sql, command => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken);

    /// <summary>The first column of the first row, or null.</summary>
    public Task<object?> ReadOneAsync(string sql, CancellationToken cancellationToken) => UseAsync(sql, command => command.ExecuteScalarAsync(cancellationToken), cancellationToken);

    /// <summary>Every row of a query.</summary>
    public Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) => UseAsync(
        sql,
        async command =>
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        },
        cancellationToken);

    /// <summary>How many tasks are in each state.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountTasksAsync(CancellationToken cancellationToken) =>
        (await ReadAsync("SELECT state, count(*)::int FROM tasks GROUP BY state", row => (State: row.GetString(0), Count: row.GetInt32(1)), cancellationToken))
            .ToDictionary(row => row.State, row => row.Count);

    // A connection for each question: a pooled one may be of a server that was killed since.
    private async Task<T> UseAsync<T>(string sql, Func<NpgsqlCommand, Task<T>> use, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
#pragma warning disable CA2100 // What tests ask for is written in the tests.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await use(command);
    }
}
