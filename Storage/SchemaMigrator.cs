using System.Globalization;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Storage;

/// <summary>
/// Brings the schema up to date from the numbered SQL files in <c>Migrations/</c> ("0001_initial.sqlite.sql"). All that is
/// missing runs in one transaction under one lock, so that several processes may start at once and a kill in the middle
/// leaves what was there before. EF Core's own migrator is not used: its tooling can't be had, and its SQLite lock is a
/// row that outlives a killed process.
/// </summary>
public sealed partial class SchemaMigrator(TorrentDb db, ILogger<SchemaMigrator> logger)
{
    /// <summary>Any number that nothing else in the database uses.</summary>
    private const long AdvisoryLock = 0x4576_546f_7272_0001;

    /// <exception cref="InvalidOperationException">The schema is newer than this program.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        // On SQLite this is BEGIN IMMEDIATE: it holds the only write lock of the file.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({AdvisoryLock})", cancellationToken);
        }

        await db.Database.ExecuteSqlRawAsync("CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL PRIMARY KEY)", cancellationToken);
        var versions = await db.Database.SqlQueryRaw<int>("SELECT version AS \"Value\" FROM schema_version").ToListAsync(cancellationToken);
        var current = versions.DefaultIfEmpty(0).Max();
        var scripts = Scripts(db.IsPostgres ? "postgres" : "sqlite");
        if (current > scripts[^1].Version)
        {
            throw new InvalidOperationException(
                $"The database has schema version {current}, this program knows up to {scripts[^1].Version}: it is older than the database. Start the newer version.");
        }

        foreach (var script in scripts.Where(script => script.Version > current))
        {
            await db.Database.ExecuteSqlRawAsync(script.Sql, cancellationToken);
            await db.Database.ExecuteSqlAsync($"INSERT INTO schema_version (version) VALUES ({script.Version})", cancellationToken);
            LogMigrated(script.Version);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static List<(int Version, string Sql)> Scripts(string provider)
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string Folder = "Migrations.";
        return
        [
            .. from name in assembly.GetManifestResourceNames()
               where name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith($".{provider}.sql", StringComparison.Ordinal)
               let version = int.Parse(name.AsSpan(Folder.Length, 4), CultureInfo.InvariantCulture)
               orderby version
               select (version, Read(assembly, name)),
        ];
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    [LoggerMessage(5001, LogLevel.Information, "Database schema is now at version {Version}")]
    private partial void LogMigrated(int version);
}
