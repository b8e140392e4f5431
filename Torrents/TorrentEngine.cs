using EventTorrent.Torrents.Interop;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Torrents;

/// <summary>
/// <see cref="ITorrentEngine"/> over libtorrent-rasterbar. One thread takes the events of the native session and hands them to the torrents.
/// A torrent that is added twice is one torrent in the swarm, and leaves it with its last user.
/// </summary>
public sealed partial class TorrentEngine : ITorrentEngine
{
    private static readonly TimeSpan EventWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(15);

    private readonly ILogger<TorrentEngine> _logger;
    private readonly SessionHandle _session;
    private readonly Thread _eventThread;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, SharedTorrent> _torrents = [];
    private volatile bool _stopping;

    /// <summary>Opens the sockets and enters the DHT.</summary>
    /// <exception cref="TorrentException"><see cref="TorrentErrorKind.EngineFailure"/>: the native library does not fit, or no listen port could be had.</exception>
    public TorrentEngine(TorrentEngineOptions options, ILogger<TorrentEngine> logger)
    {
        _logger = logger;
        NativeMethods.CheckAbi();
        _session = CreateSession(options);
        NativeMethods.Check(NativeMethods.et_listen_port(_session, out var port));
        if (port == 0 && options.ProxyAddress is null)
        {
            _session.Dispose();
            throw new TorrentException(TorrentErrorKind.EngineFailure, $"No port of {options.ListenInterfaces} can be listened on.");
        }
        ListenPort = port;
        _eventThread = new Thread(TakeEvents) { IsBackground = true, Name = "torrent-events" };
        _eventThread.Start();
        LogStarted(NativeMethods.Version(), port);
    }

    public int ListenPort { get; }

    /// <summary>Memory of fetched blocks, and of those asked for, in bytes; never above <see cref="TorrentEngineOptions.MemoryMiB"/>.</summary>
    public long MemoryBytes
    {
        get
        {
            NativeMethods.Check(NativeMethods.et_memory(_session, out var used, out _));
            return used;
        }
    }

    public async Task<ITorrent> AddAsync(TorrentSource source, AddTorrentOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ObjectDisposedException.ThrowIf(_stopping, this);
        // Reading and hashing 10 MB is work for another thread.
        return await Task.Run(() => Add(source, options), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        SharedTorrent[] left;
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
            left = [.. _torrents.Values];
            _torrents.Clear();
        }
        foreach (var torrent in left)
            torrent.Close(new ObjectDisposedException(nameof(TorrentEngine)));
        // The farewell to trackers takes a second at most; a wait that has no end would be worse than a session left behind.
        var stop = Task.Run(() =>
        {
            NativeMethods.et_wake(_session);
            _eventThread.Join();
            _session.Dispose();
        });
        try
        {
            await stop.WaitAsync(StopWait).ConfigureAwait(false);
            LogStopped();
        }
        catch (TimeoutException)
        {
            LogStopTimeout(StopWait);
        }
    }

    private Torrent Add(TorrentSource source, AddTorrentOptions options)
    {
        using var native = new SourceMarshaller(source, options);
        SharedTorrent shared;
        // The lock spans both, so that the event thread never meets an id that is not in the table yet.
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            NativeMethods.Check(NativeMethods.et_add(_session, in native.Source, out var id));
            if (!_torrents.TryGetValue(id, out shared!))
                _torrents.Add(id, shared = new SharedTorrent(_session, id));
            shared.Users++;
        }
        LogAdded(shared.Id, native.Infohash);
        return new Torrent(this, shared, options.StallTimeout);
    }

    internal void Leave(SharedTorrent torrent)
    {
        lock (_gate)
        {
            if (--torrent.Users > 0 || !_torrents.Remove(torrent.Id))
                return;
            NativeMethods.Check(NativeMethods.et_remove(_session, torrent.Id));
        }
        torrent.Close(new ObjectDisposedException(nameof(ITorrent)));
        LogLeft(torrent.Id);
    }

    private void TakeEvents()
    {
        while (!_stopping)
        {
            var taken = NativeMethods.et_next_event(_session, out var nativeEvent, (int)EventWait.TotalMilliseconds);
            if (taken < 0)
            {
                LogEventFailure((NativeStatus)taken);
                return;
            }
            if (taken == 0)
                continue;
            SharedTorrent? torrent;
            lock (_gate)
                _torrents.TryGetValue(nativeEvent.Torrent, out torrent);
            if (torrent is not null)
                Dispatch(torrent, in nativeEvent);
        }
    }

    private void Dispatch(SharedTorrent torrent, in NativeEvent nativeEvent)
    {
        var message = NativeMethods.Text(nativeEvent.Message);
        switch (nativeEvent.Kind)
        {
            case NativeEventKind.Metadata:
                torrent.MetadataArrived();
                LogMetadata(torrent.Id);
                break;
            case NativeEventKind.Fetch:
                torrent.FetchEnded(nativeEvent.Fetch, nativeEvent.Status, new FetchResult(nativeEvent.Payload, nativeEvent.Verified != 0), message);
                LogFetch(torrent.Id, nativeEvent.Status, nativeEvent.Payload);
                break;
            case NativeEventKind.Failed:
                torrent.Close(NativeMethods.Failure(nativeEvent.Status, $"The torrent can't go on: {message}."));
                LogFailed(torrent.Id, message);
                break;
        }
    }

    private static SessionHandle CreateSession(TorrentEngineOptions options)
    {
        using var text = new NativeText();
        var native = NativeOptions.Of(options, text);
        NativeMethods.Check(NativeMethods.et_session_create(in native, out var session));
        return session;
    }

    [LoggerMessage(3001, LogLevel.Information, "Torrent engine started: libtorrent {Version}, port {Port}")]
    private partial void LogStarted(string version, int port);

    [LoggerMessage(3002, LogLevel.Information, "Torrent engine stopped")]
    private partial void LogStopped();

    [LoggerMessage(3003, LogLevel.Error, "Torrent engine did not stop within {Limit}")]
    private partial void LogStopTimeout(TimeSpan limit);

    [LoggerMessage(3004, LogLevel.Critical, "Torrent engine gives no events any more: {Status}")]
    private partial void LogEventFailure(NativeStatus status);

    [LoggerMessage(3010, LogLevel.Debug, "Torrent {Torrent} added: {Infohash}")]
    private partial void LogAdded(long torrent, string infohash);

    [LoggerMessage(3011, LogLevel.Debug, "Torrent {Torrent} has its metadata")]
    private partial void LogMetadata(long torrent);

    [LoggerMessage(3012, LogLevel.Debug, "Torrent {Torrent}: fetch ended {Status}, {PayloadBytes} bytes")]
    private partial void LogFetch(long torrent, NativeStatus status, long payloadBytes);

    [LoggerMessage(3013, LogLevel.Warning, "Torrent {Torrent} can't go on: {Message}")]
    private partial void LogFailed(long torrent, string message);

    [LoggerMessage(3014, LogLevel.Debug, "Torrent {Torrent} left")]
    private partial void LogLeft(long torrent);
}
