using EventTorrent.Torrents.Interop;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Torrents;

/// <summary><see cref="IDownloadEngine"/> over libtorrent-rasterbar with its posix disk I/O, in a session beside that of <see cref="TorrentEngine"/>.</summary>
public sealed partial class DownloadEngine : IDownloadEngine
{
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(5);

    private readonly ILogger<DownloadEngine> _logger;
    private readonly TimeProvider _time;
    private readonly DownloadsHandle _session;

    /// <summary>Opens the sockets and enters the DHT.</summary>
    /// <exception cref="TorrentException"><see cref="TorrentErrorKind.EngineFailure"/>: the native library does not fit, or no listen port could be had.</exception>
    public DownloadEngine(TorrentEngineOptions options, TransferOptions transfer, TimeProvider time, ILogger<DownloadEngine> logger)
    {
        (_logger, _time) = (logger, time);
        NativeDownloads.CheckAbi();
        using var text = new NativeText();
        var native = NativeOptions.Of(options, text);
        var limits = new NativeTransferOptions { DownLimit = transfer.DownBytesPerSecond, UpLimit = transfer.UpBytesPerSecond };
        NativeMethods.Check(NativeDownloads.et_downloads_create(in native, in limits, out _session));
        NativeMethods.Check(NativeDownloads.et_downloads_port(_session, out var port));
        if (port == 0 && options.ProxyAddress is null)
        {
            _session.Dispose();
            throw new TorrentException(TorrentErrorKind.EngineFailure, $"No port of {options.ListenInterfaces} can be listened on.");
        }
        ListenPort = port;
        LogStarted(NativeMethods.Version(), port);
    }

    public int ListenPort { get; }

    public async Task<IDownload> AddAsync(TorrentSource source, DownloadOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ObjectDisposedException.ThrowIf(_session.IsClosed, this);
        // Reading and hashing 10 MB is work for another thread.
        return await Task.Run(() => Add(source, options), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_session.IsClosed)
            return;
        // The farewell to trackers takes a second at most; a wait that has no end would be worse than a session left behind.
        try
        {
            await Task.Run(_session.Dispose).WaitAsync(StopWait).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogStopTimeout(StopWait);
        }
    }

    private Download Add(TorrentSource source, DownloadOptions options)
    {
        using var native = new SourceMarshaller(source, new AddTorrentOptions { Trackers = options.Trackers, Peers = options.Peers });
        NativeMethods.Check(NativeDownloads.et_download_add(
            _session, in native.Source, options.Directory, options.ResumeData.Span, options.ResumeData.Length, out var id));
        NativeMethods.Check(NativeDownloads.et_download_limit(_session, id, options.DownBytesPerSecond, options.UpBytesPerSecond));
        LogAdded(id, native.Infohash, options.ResumeData.Length > 0);
        return new Download(_session, id, _time);
    }

    [LoggerMessage(3101, LogLevel.Information, "Download engine started: libtorrent {Version}, port {Port}")]
    private partial void LogStarted(string version, int port);

    [LoggerMessage(3102, LogLevel.Error, "Download engine did not stop within {Limit}")]
    private partial void LogStopTimeout(TimeSpan limit);

    [LoggerMessage(3110, LogLevel.Debug, "Download {Torrent} added: {Infohash}, resumed: {Resumed}")]
    private partial void LogAdded(long torrent, string infohash, bool resumed);
}
