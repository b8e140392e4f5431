using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage.Tests;

public abstract class Migrations(StorageProvider provider)
{
    public sealed class Sqlite() : Migrations(StorageProvider.Sqlite);

    public sealed class Postgres() : Migrations(StorageProvider.Postgres);

    private const string SqliteSchema =
        """
        SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk AS "Value"
        FROM sqlite_master m, pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT IN ('schema_version', 'sqlite_sequence')
        UNION ALL
        SELECT m.tbl_name || ' ' || coalesce(m.sql, '') AS "Value" FROM sqlite_master m WHERE m.type = 'index' AND m.sql IS NOT NULL
        ORDER BY 1
        """;

    private const string PostgresSchema =
        """
        SELECT concat_ws(' ', table_name || '.' || column_name, data_type, character_maximum_length, is_nullable,
            column_default, is_identity, identity_generation) AS "Value"
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_version'
        UNION ALL
        SELECT indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'schema_version' AND indexname <> 'IX_tasks_name_infohash' -- no model has expressions
        UNION ALL
        SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid IS DISTINCT FROM to_regclass('schema_version')
        ORDER BY 1
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Give_the_same_schema_as_the_model()
    {
        await using var databases = await Databases.StartAsync(provider);
        var migrated = await databases.MigratedAsync();
        var created = await databases.ModelAsync();

        var schema = await SchemaAsync(created);
        Assert.True(schema.Count > 50);
        Assert.Equal(schema, await SchemaAsync(migrated));
    }

    [Fact]
    public async Task Run_once_however_many_processes_start_together()
    {
        await using var databases = await Databases.StartAsync(provider);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => databases.MigratedAsync(), Cancellation)));

        Assert.Equal([1, 2, 3, 4, 5, 6, 8, 9, 10, 11], await VersionsAsync(databases.Open()));
    }

    [Fact]
    public async Task Refuse_a_database_that_is_newer_than_the_program()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        await db.Database.ExecuteSqlRawAsync("INSERT INTO schema_version (version) VALUES (9999)", Cancellation);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => databases.MigratedAsync());

        Assert.Contains("9999", refusal.Message, StringComparison.Ordinal);
    }

    private static Task<List<int>> VersionsAsync(TorrentDb db) =>
        db.Database.SqlQueryRaw<int>("SELECT version AS \"Value\" FROM schema_version ORDER BY 1").ToListAsync(Cancellation);

    private static Task<List<string>> SchemaAsync(TorrentDb db) =>
        db.Database.SqlQueryRaw<string>(db.IsPostgres ? PostgresSchema : SqliteSchema).ToListAsync(Cancellation);
}
