using EventTorrent.Hosting.Telemetry;
using EventTorrent.Media;
using EventTorrent.Torrents;
using MediaRange = EventTorrent.Media.ByteRange;
using TorrentRange = EventTorrent.Torrents.ByteRange;

namespace EventTorrent.Workers.Screenshot;

/// <summary>One file of a torrent as the media library reads it. Concurrent reads share one round trip to the swarm.</summary>
public sealed class TorrentByteSource(ITorrent torrent, TorrentFileEntry file, VerificationPolicy policy, SwarmView swarm) : IByteSource
{
    private readonly Lock _lock = new();
    private int _reading;

    public long Length => file.LengthBytes;

    /// <summary>Round trips: reads that began while no other was under way.</summary>
    public int Rounds { get; private set; }

    /// <summary>Everything read so far came from hash-checked pieces.</summary>
    public bool IsVerified { get; private set; } = true;

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<MediaRange> ranges, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Rounds += _reading++ == 0 ? 1 : 0;
        }

        using var span = TaskTrace.Start("fetch");
        span?.SetTag("ranges", ranges.Count).SetTag("bytes", ranges.Sum(range => range.Length));
        try
        {
            swarm.Count(await torrent.FetchAsync([.. ranges.Select(ToTorrent)], policy, cancellationToken));
        }
        finally
        {
            lock (_lock)
            {
                _reading--;
            }
        }

        var read = new ReadOnlyMemory<byte>[ranges.Count];
        for (var at = 0; at < read.Length; at++)
        {
            var buffer = new byte[checked((int)ranges[at].Length)];
            var verified = await torrent.ReadAsync(ToTorrent(ranges[at]).Offset, buffer, cancellationToken);
            lock (_lock)
            {
                IsVerified &= verified;
            }

            read[at] = buffer;
        }

        return read;
    }

    /// <summary>Bytes that did not come from a hash-checked piece are fetched again with their whole pieces.</summary>
    public async Task<bool> ProveAsync(IReadOnlyList<MediaRange> ranges, CancellationToken cancellationToken)
    {
        var proven = true;
        foreach (var range in ranges)
        {
            proven &= await torrent.ReadAsync(ToTorrent(range).Offset, new byte[checked((int)range.Length)], cancellationToken);
        }

        if (proven)
        {
            return false;
        }

        swarm.Count(await torrent.FetchAsync([.. ranges.Select(ToTorrent)], VerificationPolicy.Pieces, cancellationToken));
        return true;
    }

    private TorrentRange ToTorrent(MediaRange range)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(range.Offset);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(range.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.Offset, Length - range.Length);
        return new TorrentRange(file.OffsetBytes + range.Offset, range.Length);
    }
}
