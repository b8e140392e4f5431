using Microsoft.Extensions.Options;

namespace EventTorrent.Storage;

/// <summary>
/// A queue for writers of one process. SQLite has one writer, and waiting for it blocks a thread: many requests at once
/// would take all threads just to wait. On PostgreSQL they would take all connections of the pool and wait for each
/// other's locks. Here they wait without either.
/// </summary>
public sealed class WriteGate(IOptions<StorageOptions> options) : IDisposable
{
    private const int SqliteWriters = 1;

    /// <summary>Less than half of the pool, so that readers always find a connection.</summary>
    private const int PostgresWriters = 8;

    private readonly SemaphoreSlim _turns = new(options.Value.Provider == StorageProvider.Sqlite ? SqliteWriters : PostgresWriters);

    /// <summary>Waits for a turn, which ends when the answer is disposed.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        return new Turn(_turns);
    }

    public void Dispose() => _turns.Dispose();

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
