using EventTorrent.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventTorrent.Storage.Tests;

/// <summary>Databases of one test: SQLite files in a directory of its own, or databases in the PostgreSQL of the test run.</summary>
internal sealed class Databases : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<TorrentDb> _open = [];
    private readonly List<WriteGate> _gates = [];
    private readonly StorageProvider _provider;
    private readonly DbContextOptions<TorrentDb> _test;

    private Databases(StorageProvider provider, string? connectionString)
    {
        _provider = provider;
        _test = connectionString is null ? Sqlite("test") : Postgres(connectionString);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Databases> StartAsync(StorageProvider provider)
    {
        if (provider == StorageProvider.Sqlite)
        {
            return new Databases(provider, null);
        }

        Assert.SkipWhen(LocalPostgres.Missing is not null, LocalPostgres.Missing ?? "");
        return new Databases(provider, await NewPostgresAsync());
    }

    /// <summary>The test's database, as one more request or process would open it.</summary>
    public TorrentDb Open() => Open(_test);

    /// <summary>Another database, made from the model.</summary>
    public async Task<TorrentDb> ModelAsync()
    {
        var db = Open(_provider == StorageProvider.Sqlite ? Sqlite("model") : Postgres(await NewPostgresAsync()));
        await db.Database.EnsureCreatedAsync(Cancellation);
        return db;
    }

    /// <summary>As another process would have it: with a gate of its own.</summary>
    public WorkQueue Queue(TorrentDb db) => new(db, Gate());

    /// <summary>That of another process.</summary>
    public WriteGate Gate()
    {
        var gate = new WriteGate(Options.Create(new StorageOptions { Provider = _provider }));
        _gates.Add(gate);
        return gate;
    }

    public async Task<TorrentDb> MigratedAsync()
    {
        var db = Open();
        await MigrateAsync(db);
        return db;
    }

    /// <summary>A database as the first version of the program made it.</summary>
    public async Task<TorrentDb> VersionOneAsync()
    {
        var db = Open();
        await db.Database.ExecuteSqlRawAsync(await ScriptAsync(1), Cancellation);
        await db.Database.ExecuteSqlRawAsync(
            "CREATE TABLE schema_version (version integer NOT NULL PRIMARY KEY); INSERT INTO schema_version (version) VALUES (1)", Cancellation);
        return db;
    }

    public async Task<string> ScriptAsync(int version)
    {
        var assembly = typeof(TorrentDb).Assembly;
        var provider = _provider == StorageProvider.Sqlite ? "sqlite" : "postgres";
        var name = assembly.GetManifestResourceNames().Single(name =>
            name.StartsWith(FormattableString.Invariant($"Migrations.{version:0000}_"), StringComparison.Ordinal)
            && name.EndsWith($".{provider}.sql", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return await reader.ReadToEndAsync(Cancellation);
    }

    /// <summary>What lies on the disk at this moment, which is what a kill would leave. SQLite only.</summary>
    public TorrentDb Remains()
    {
        foreach (var file in Directory.GetFiles(_directory.FullPath, "test.db*"))
        {
            File.Copy(file, file.Replace("test.db", "remains.db", StringComparison.Ordinal));
        }

        return Open(Sqlite("remains"));
    }

    public static Task MigrateAsync(TorrentDb db) => new SchemaMigrator(db, NullLogger<SchemaMigrator>.Instance).MigrateAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (var db in _open)
        {
            await db.DisposeAsync();
        }

        _gates.ForEach(gate => gate.Dispose());
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await _directory.DisposeAsync();
    }

    private static async Task<string> NewPostgresAsync() => await (await SharedServers.PostgresAsync()).CreateDatabaseAsync(Cancellation);

    private static DbContextOptions<TorrentDb> Postgres(string connectionString) =>
        new DbContextOptionsBuilder<TorrentDb>().UseNpgsql(connectionString + ";Pooling=false").Options;

    private DbContextOptions<TorrentDb> Sqlite(string name) =>
        new DbContextOptionsBuilder<TorrentDb>().UseSqlite($"Data Source={_directory[name]}.db;Default Timeout=30").Options;

    private TorrentDb Open(DbContextOptions<TorrentDb> options)
    {
        var db = new TorrentDb(options);
        _open.Add(db);
        return db;
    }
}
