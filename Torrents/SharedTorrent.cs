using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using EventTorrent.Torrents.Interop;

namespace EventTorrent.Torrents;

/// <summary>
/// One torrent of the native session, with what its users wait for. Invariants: every entry of <see cref="_fetches"/> ends by an event, by
/// cancellation or by <see cref="Close"/>; after Close nothing is added.
/// </summary>
internal sealed class SharedTorrent(SessionHandle session, long id)
{
    private const int ServingPeersBytes = 2048;

    private static long _lastFetch;

    private readonly TaskCompletionSource<TorrentMetadata> _metadata = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<FetchResult>> _fetches = [];
    private volatile Exception? _closed;

    public long Id => id;

    /// <summary>Guarded by the engine's lock.</summary>
    public int Users { get; set; }

    public async Task<TorrentMetadata> GetMetadataAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await _metadata.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            NativeMethods.Check(NativeMethods.et_status(session, id, out var status));
            if (status.OversizedMetadata > 0)
                throw new TorrentException(TorrentErrorKind.LimitExceeded, $"The metadata is longer than {TorrentLimits.MaxMetadataBytes} bytes, say all peers that have it.");
            throw new TorrentException(TorrentErrorKind.MetadataTimeout, $"No peer sent the metadata within {timeout.TotalSeconds:0} s; {status.Peers} peers connected.");
        }
    }

    public async Task<FetchResult> FetchAsync(ReadOnlyMemory<ByteRange> ranges, VerificationPolicy policy, TimeSpan stallTimeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var fetch = Interlocked.Increment(ref _lastFetch);
        var done = new TaskCompletionSource<FetchResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _fetches[fetch] = done;
        try
        {
            ThrowIfClosed();
            var stall = (int)Math.Clamp(stallTimeout.TotalMilliseconds, 1, int.MaxValue);
            NativeMethods.Check(NativeMethods.et_fetch(session, id, fetch, ranges.Span, ranges.Length, policy, stall));
            return await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && _closed is null)
        {
            NativeMethods.et_cancel(session, id, fetch);
            throw;
        }
        finally
        {
            _fetches.TryRemove(fetch, out _);
        }
    }

    public bool Read(long offset, Span<byte> buffer)
    {
        ThrowIfClosed();
        NativeMethods.Check(NativeMethods.et_read(session, id, offset, buffer, buffer.Length, out var verified));
        return verified != 0;
    }

    public byte[] ReadMap(ByteRange range, int parts)
    {
        ThrowIfClosed();
        var map = new byte[parts];
        NativeMethods.Check(NativeMethods.et_map(session, id, range.Offset, range.Length, map, map.Length));
        return map;
    }

    public Swarm ReadSwarm()
    {
        ThrowIfClosed();
        return NativeSwarm.Read((peers, out peerCount, trackers, out trackerCount) =>
            NativeSwarm.et_swarm(session, id, peers, peers.Length, out peerCount, trackers, trackers.Length, out trackerCount));
    }

    public TorrentProgress Progress()
    {
        ThrowIfClosed();
        NativeMethods.Check(NativeMethods.et_status(session, id, out var s));
        return new TorrentProgress(s.HasMetadata != 0, s.MetadataBytes, s.PayloadBytes, s.WastedBytes, s.DownRate, s.UpRate, s.Peers, s.Seeds);
    }

    public IReadOnlyList<string> ServingPeers()
    {
        ThrowIfClosed();
        Span<byte> buffer = stackalloc byte[ServingPeersBytes];
        NativeMethods.Check(NativeMethods.et_serving_peers(session, id, buffer, buffer.Length));
        return NativeMethods.Text(buffer).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void ConnectPeer(string endpoint)
    {
        ThrowIfClosed();
        NativeMethods.Check(NativeMethods.et_connect_peer(session, id, endpoint));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Runs on the event thread: whatever goes wrong belongs to who waits for the metadata.")]
    public void MetadataArrived()
    {
        try
        {
            var status = NativeMethods.et_metadata(session, id, [], 0, out var size);
            if (status != NativeStatus.Small)
                NativeMethods.Check(status);
            var info = new byte[size];
            NativeMethods.Check(NativeMethods.et_metadata(session, id, info, info.Length, out _));
            _metadata.TrySetResult(TorrentFileReader.ReadInfo(info));
        }
        catch (Exception e)
        {
            _metadata.TrySetException(e);
        }
    }

    public void FetchEnded(long fetch, NativeStatus status, FetchResult result, string message)
    {
        if (!_fetches.TryGetValue(fetch, out var done))
            return;
        if (status == NativeStatus.Ok)
            done.TrySetResult(result);
        else
            done.TrySetException(NativeMethods.Failure(status, message));
    }

    /// <summary>Ends every wait with this reason; nothing can be asked any more.</summary>
    public void Close(Exception reason)
    {
        if (Interlocked.CompareExchange(ref _closed, reason, null) is not null)
            return;
        _metadata.TrySetException(reason);
        _ = _metadata.Task.Exception; // observed: perhaps nobody waits for it
        foreach (var fetch in _fetches.Values)
            fetch.TrySetException(reason);
    }

    private void ThrowIfClosed()
    {
        switch (_closed)
        {
            case null:
                return;
            case ObjectDisposedException:
                throw new ObjectDisposedException(nameof(ITorrent));
            case TorrentException e:
                throw new TorrentException(e.Kind, e.Message, e);
            case var other:
                throw new TorrentException(TorrentErrorKind.EngineFailure, other.Message, other);
        }
    }
}
