using EventTorrent.Torrents.Interop;

namespace EventTorrent.Torrents;

/// <summary>One torrent of a native session of downloads.</summary>
internal sealed class Download(DownloadsHandle session, long id, TimeProvider time) : IDownload
{
    private const int ServingPeersBytes = 2048;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestSave = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private TorrentMetadata? _metadata;
    private int _disposed;

    public DownloadProgress Progress
    {
        get
        {
            ThrowIfDisposed();
            NativeMethods.Check(NativeDownloads.et_download_status_of(session, id, out var s));
            ThrowIfFailed(in s);
            return new DownloadProgress(
                s.State, s.DoneBytes, s.WantedBytes, s.PayloadBytes, s.WastedBytes, s.UploadedBytes, s.DownRate, s.UpRate,
                s.Peers, s.Seeds, s.KnownPeers, s.MissingHere != 0, s.Checked);
        }
    }

    public IReadOnlyList<string> ServingPeers
    {
        get
        {
            ThrowIfDisposed();
            Span<byte> buffer = stackalloc byte[ServingPeersBytes];
            NativeMethods.Check(NativeDownloads.et_download_peers(session, id, buffer, buffer.Length));
            return NativeMethods.Text(buffer).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    public byte[] ReadMap(int most)
    {
        var map = new byte[most];
        NativeMethods.Check(NativeDownloads.et_download_map(Session, id, map, map.Length, out var count));
        return map[..count];
    }

    public Swarm ReadSwarm()
    {
        var downloads = Session;
        return NativeSwarm.Read((peers, out peerCount, trackers, out trackerCount) =>
            NativeSwarm.et_download_swarm(downloads, id, peers, peers.Length, out peerCount, trackers, trackers.Length, out trackerCount));
    }

    public TorrentMetadata ReadMetadata()
    {
        ThrowIfDisposed();
        if (_metadata is null)
        {
            var status = NativeDownloads.et_download_metadata(session, id, [], 0, out var size);
            if (status != NativeStatus.Small)
                NativeMethods.Check(status);
            var info = new byte[size];
            NativeMethods.Check(NativeDownloads.et_download_metadata(session, id, info, info.Length, out _));
            _metadata = TorrentFileReader.ReadInfo(info);
        }
        return _metadata;
    }

    public void Start(IReadOnlyList<StoredFile> files, bool recheck)
    {
        ThrowIfDisposed();
        NativeMethods.Check(NativeDownloads.et_download_start(
            session, id, files.Select(file => file.Index).ToArray(), string.Join('\n', files.Select(file => file.Name)), files.Count, recheck ? 1 : 0));
    }

    public void Recheck() => Call(NativeDownloads.et_download_recheck(Session, id));

    public void Pause(bool pause) => Call(NativeDownloads.et_download_pause(Session, id, pause ? 1 : 0));

    public void ConnectPeer(string endpoint) => Call(NativeDownloads.et_download_connect(Session, id, endpoint));

    public void Announce() => Call(NativeDownloads.et_download_announce(Session, id));

    public async Task<byte[]> SaveAsync(CancellationToken cancellationToken)
    {
        Call(NativeDownloads.et_download_save(Session, id));
        var start = time.GetTimestamp();
        while (TakeSaved() is var saved)
        {
            if (saved is not null)
                return saved;
            if (time.GetElapsedTime(start) > LongestSave)
                break;
            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
        }
        throw new TorrentException(TorrentErrorKind.EngineFailure, "The resume data could not be saved in time.");
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0 || session.IsClosed)
            return;
        NativeMethods.Check(NativeDownloads.et_download_remove(session, id));
        // Whoever removes the files next must not meet one that is still being written.
        var start = time.GetTimestamp();
        while (!session.IsClosed && time.GetElapsedTime(start) < LongestEnd)
        {
            NativeMethods.Check(NativeDownloads.et_download_gone(session, id, out var gone));
            if (gone != 0)
                return;
            await Task.Delay(Look, time).ConfigureAwait(false);
        }
    }

    private DownloadsHandle Session
    {
        get
        {
            ThrowIfDisposed();
            return session;
        }
    }

    private static void Call(NativeStatus status) => NativeMethods.Check(status);

    private byte[]? TakeSaved()
    {
        ThrowIfDisposed();
        var status = NativeDownloads.et_download_saved(session, id, [], 0, out var size);
        if (status != NativeStatus.Small)
        {
            NativeMethods.Check(status);
            return null;
        }
        var saved = new byte[size];
        NativeMethods.Check(NativeDownloads.et_download_saved(session, id, saved, saved.Length, out _));
        return saved;
    }

    private static void ThrowIfFailed(in NativeDownloadStatus status)
    {
        var kind = status.Error switch
        {
            NativeDownloadError.None => (TorrentErrorKind?)null,
            NativeDownloadError.DiskFull => TorrentErrorKind.DiskFull,
            NativeDownloadError.Disk => TorrentErrorKind.DiskFailure,
            NativeDownloadError.Malformed => TorrentErrorKind.MalformedSource,
            NativeDownloadError.Limit => TorrentErrorKind.LimitExceeded,
            _ => TorrentErrorKind.EngineFailure,
        };
        if (kind is { } failed)
            throw new TorrentException(failed, $"The torrent can't go on: {NativeMethods.Text(status.Message)}.");
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, typeof(IDownload));
}
