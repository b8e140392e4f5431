using Microsoft.Extensions.Options;

namespace EventTorrent.Storage;

/// <summary>
/// A queue for writers. SQLite has one writer, and waiting for it blocks a thread: many requests at once would take all
/// threads of the process just to wait. Here they wait without one. On PostgreSQL nobody waits.
/// </summary>
public sealed class WriteGate(IOptions<StorageOptions> options) : IDisposable
{
    private readonly SemaphoreSlim? _turn = options.Value.Provider == StorageProvider.Sqlite ? new SemaphoreSlim(1) : null;

    /// <summary>Waits for a turn, which ends when the answer is disposed.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        if (_turn is not null)
        {
            await _turn.WaitAsync(cancellationToken);
        }

        return new Turn(_turn);
    }

    public void Dispose() => _turn?.Dispose();

    private sealed class Turn(SemaphoreSlim? turn) : IDisposable
    {
        public void Dispose() => turn?.Release();
    }
}
