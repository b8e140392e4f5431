namespace EventTorrent.Torrents;

/// <summary>One user's hold on a <see cref="SharedTorrent"/>: disposing it ends this user's waits only, and the last one leaves the swarm.</summary>
internal sealed class Torrent(TorrentEngine engine, SharedTorrent shared, TimeSpan stallTimeout) : ITorrent
{
    private readonly CancellationTokenSource _closing = new();
    private int _disposed;

    public TorrentProgress Progress
    {
        get
        {
            ThrowIfDisposed();
            return shared.Progress();
        }
    }

    public IReadOnlyList<string> ServingPeers
    {
        get
        {
            ThrowIfDisposed();
            return shared.ServingPeers();
        }
    }

    public Task<TorrentMetadata> GetMetadataAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        UntilDisposedAsync(token => shared.GetMetadataAsync(timeout, token), cancellationToken);

    public Task<FetchResult> FetchAsync(IReadOnlyList<ByteRange> ranges, VerificationPolicy policy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        ThrowIfDisposed();
        return ranges.Count == 0
            ? Task.FromResult(new FetchResult(0, true))
            : UntilDisposedAsync(token => shared.FetchAsync(ranges.ToArray(), policy, stallTimeout, token), cancellationToken);
    }

    public ValueTask<bool> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        // A copy in memory: nothing to wait for.
        return ValueTask.FromResult(buffer.IsEmpty || shared.Read(offset, buffer.Span));
    }

    public byte[] ReadMap(ByteRange range, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(range.Length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        ThrowIfDisposed();
        return shared.ReadMap(range, (int)Math.Clamp(range.Length / TorrentLimits.BlockBytes, 1, most));
    }

    public Swarm ReadSwarm()
    {
        ThrowIfDisposed();
        return shared.ReadSwarm();
    }

    public void ConnectPeer(string endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ThrowIfDisposed();
        shared.ConnectPeer(endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _closing.CancelAsync().ConfigureAwait(false);
        engine.Leave(shared);
    }

    private async Task<T> UntilDisposedAsync<T>(Func<CancellationToken, Task<T>> wait, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            return await wait(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(ITorrent));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, typeof(ITorrent));
}
