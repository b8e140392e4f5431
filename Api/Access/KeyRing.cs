using System.Collections.Concurrent;
using EventTorrent.Storage;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Access;

/// <summary>
/// Says whose a key is, out of memory: every request asks. What is in memory is read again every few seconds, at once after a
/// change of our own, and when a key is shown that is not in it, so that a new key is good within a second and one that was
/// revoked elsewhere for a few seconds at most. While the database is away, what was read last counts.
/// </summary>
internal sealed class KeyRing(IServiceScopeFactory scopes, IOptions<ApiOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>Whoever shows wrong keys makes the database be read no more often than this.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(1);

    private readonly ConfiguredKey? _configured = ConfiguredKey.Read(options.Value.AdminKey);
    private readonly ConcurrentDictionary<string, bool> _used = new();
    private readonly SemaphoreSlim _turn = new(1);
    private volatile Ring? _ring;

    /// <summary>What was read last; read now if nothing was yet.</summary>
    public async ValueTask<Ring> GetAsync(CancellationToken cancellationToken) => _ring ?? await ReadAsync(_ => true, cancellationToken);

    /// <summary>Reads what is there from now on.</summary>
    public Task<Ring> ReadAgainAsync(CancellationToken cancellationToken) => ReadAsync(_ => false, cancellationToken);

    /// <summary>Finds whose key or session it is.</summary>
    /// <param name="find">Looks into a ring.</param>
    public async Task<(Visitor? Visitor, Ring Ring)> FindAsync(Func<Ring, Visitor?> find, CancellationToken cancellationToken)
    {
        var ring = await GetAsync(cancellationToken);
        if (find(ring) is not { } visitor)
        {
            ring = await ReadAsync(known => time.GetElapsedTime(known.ReadAt) < LeastAge, cancellationToken);
            visitor = find(ring);
        }

        if (visitor?.KeyId is { } key)
        {
            _used[key] = true;
        }

        return (visitor, ring);
    }

    /// <summary>Whether a visitor who was let in would be again, by what was read last.</summary>
    public bool Knows(Visitor visitor) => _ring?.Knows(visitor, time.GetUtcNow()) != false;

    /// <summary>The keys that were used since this was asked.</summary>
    public IReadOnlyCollection<string> TakeUsed() => [.. _used.Keys.Where(key => _used.TryRemove(key, out _))];

    public void Dispose() => _turn.Dispose();

    private async Task<Ring> ReadAsync(Predicate<Ring> isNewEnough, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_ring is { } known && isNewEnough(known))
            {
                return known;
            }

            await using var scope = scopes.CreateAsyncScope();
            var readAt = time.GetTimestamp();
            var record = await scope.ServiceProvider.GetRequiredService<AccessStore>().ReadAsync(cancellationToken);
            return _ring = new Ring(record, _configured, readAt);
        }
        finally
        {
            _turn.Release();
        }
    }
}
