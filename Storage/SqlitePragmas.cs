using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace EventTorrent.Storage;

/// <summary>Puts each SQLite connection into write-ahead mode: readers never wait, and a killed process leaves a sound file.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    public static readonly SqlitePragmas Instance = new();

    // Without busy_timeout the driver looks for the write lock every 150 ms only; SQLite itself begins with 1 ms.
    private const string Pragmas = "PRAGMA busy_timeout = 1000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
