using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage.Tests;

public sealed class Migrations
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Give_the_same_schema_as_the_model()
    {
        await using var databases = new Databases();
        var migrated = await databases.MigratedAsync();
        var created = databases.Open("model");
        await created.Database.EnsureCreatedAsync(Cancellation);

        Assert.Equal(await SchemaAsync(created), await SchemaAsync(migrated));
    }

    [Fact]
    public async Task Run_once_however_many_processes_start_together()
    {
        await using var databases = new Databases();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => databases.MigratedAsync(), Cancellation)));

        var db = databases.Open();
        Assert.Equal([1], await db.Database.SqlQueryRaw<int>("SELECT version AS \"Value\" FROM schema_version").ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Refuse_a_database_that_is_newer_than_the_program()
    {
        await using var databases = new Databases();
        var db = await databases.MigratedAsync();
        await db.Database.ExecuteSqlRawAsync("INSERT INTO schema_version (version) VALUES (9999)", Cancellation);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => databases.MigratedAsync());

        Assert.Contains("9999", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<List<string>> SchemaAsync(TorrentDb db) =>
        await db.Database.SqlQueryRaw<string>(
            """
            SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk AS "Value"
            FROM sqlite_master m, pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT IN ('schema_version', 'sqlite_sequence')
            UNION ALL
            SELECT m.tbl_name || ' ' || coalesce(m.sql, '') AS "Value" FROM sqlite_master m WHERE m.type = 'index' AND m.sql IS NOT NULL
            ORDER BY 1
            """).ToListAsync(Cancellation);
}
