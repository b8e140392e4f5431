using EventTorrent.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventTorrent.Storage.Tests;

/// <summary>SQLite files in a directory of the test.</summary>
internal sealed class Databases : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<TorrentDb> _open = [];
    private readonly List<WriteGate> _gates = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public TorrentDb Open(string name = "test")
    {
        var db = new TorrentDb(new DbContextOptionsBuilder<TorrentDb>()
            .UseSqlite($"Data Source={Path.Combine(_directory.FullPath, name)}.db;Default Timeout=30").Options);
        _open.Add(db);
        return db;
    }

    /// <summary>As another process would have it: with a gate of its own.</summary>
    public WorkQueue Queue(TorrentDb db)
    {
        var gate = new WriteGate(Options.Create(new StorageOptions()));
        _gates.Add(gate);
        return new WorkQueue(db, gate);
    }

    public async Task<TorrentDb> MigratedAsync(string name = "test")
    {
        var db = Open(name);
        await new SchemaMigrator(db, NullLogger<SchemaMigrator>.Instance).MigrateAsync(Cancellation);
        return db;
    }

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
}
