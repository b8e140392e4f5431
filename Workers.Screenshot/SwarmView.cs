using EventTorrent.Contracts;
using EventTorrent.Torrents;

namespace EventTorrent.Workers.Screenshot;

/// <summary>What a job costs and whom it met, to be looked at while it runs and after it has left the swarm.</summary>
public sealed class SwarmView
{
    private static readonly TorrentProgress Nothing = new(false, 0, 0, 0, 0, 0, 0, 0);

    private readonly Lock _lock = new();
    private ITorrent? _torrent;
    private TorrentProgress _last = Nothing;
    private IReadOnlyList<string> _peers = [];
    private ByteRange? _file;
    private byte[]? _map;
    private long _payloadBytes;

    /// <summary>Payload received for this job, duplicates included.</summary>
    public long PayloadBytes => Interlocked.Read(ref _payloadBytes);

    /// <summary>Counters of the torrent, which other jobs may share.</summary>
    public TorrentProgress Progress
    {
        get
        {
            lock (_lock)
            {
                return _torrent?.Progress ?? _last;
            }
        }
    }

    /// <summary>"ip:port" of peers that served us.</summary>
    public IReadOnlyList<string> ServingPeers
    {
        get
        {
            lock (_lock)
            {
                return _torrent?.ServingPeers ?? _peers;
            }
        }
    }

    /// <summary>Who is connected, and what trackers say; null when this job is in no swarm.</summary>
    public Swarm? Swarm
    {
        get
        {
            lock (_lock)
            {
                return _torrent?.ReadSwarm();
            }
        }
    }

    /// <summary>How much of the file is here (<see cref="ITorrent.ReadMap"/>), or null before it is known which it is.</summary>
    public byte[]? Map
    {
        get
        {
            lock (_lock)
            {
                return _torrent is { } torrent && _file is { } file ? torrent.ReadMap(file, Limits.MapParts) : _map;
            }
        }
    }

    internal void Join(ITorrent torrent)
    {
        lock (_lock)
        {
            _torrent = torrent;
        }
    }

    /// <summary>Its metadata is here, and this is what is read of it.</summary>
    internal void Choose(TorrentFileEntry file)
    {
        lock (_lock)
        {
            _file = new ByteRange(file.OffsetBytes, file.LengthBytes);
        }
    }

    /// <summary>Before the torrent is disposed.</summary>
    internal void Leave()
    {
        lock (_lock)
        {
            if (_torrent is not { } torrent)
            {
                return;
            }

            _torrent = null;
            _last = torrent.Progress;
            _peers = torrent.ServingPeers;
            _map = _file is { } file ? torrent.ReadMap(file, Limits.MapParts) : null;
        }
    }

    internal void Count(FetchResult fetched) => Interlocked.Add(ref _payloadBytes, fetched.PayloadBytes);
}
