using System.Net;
using EventTorrent.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Torrents.Tests;

/// <summary>An engine that stays on loopback, and the short ways the tests go with it.</summary>
internal static class LocalEngine
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TorrentEngineOptions Options() => new()
    {
        ListenInterfaces = $"{LoopbackAddress.Next()}:0",
        Dht = false,
        PeerExchange = false,
        AllowPrivateNetworks = true,
    };

    public static TorrentEngine Start(Action<TorrentEngineOptions>? change = null)
    {
        var options = Options();
        change?.Invoke(options);
        return new TorrentEngine(options, NullLogger<TorrentEngine>.Instance);
    }

    /// <summary>Adds a torrent by magnet link with these peers, and waits for its metadata.</summary>
    public static async Task<ITorrent> JoinAsync(this ITorrentEngine engine, TestTorrent torrent, CancellationToken cancellationToken, params IPEndPoint[] peers)
    {
        var joined = await engine.AddAsync(new TorrentSource.Magnet(torrent.Magnet(peers)), new AddTorrentOptions { StallTimeout = Patience }, cancellationToken);
        await joined.GetMetadataAsync(Patience, cancellationToken);
        return joined;
    }

    /// <summary>Adds a torrent whose info dictionary is known.</summary>
    public static Task<ITorrent> AddKnownAsync(
        this ITorrentEngine engine, TestTorrent torrent, CancellationToken cancellationToken, TimeSpan? stallTimeout = null, params IPEndPoint[] peers) =>
        engine.AddAsync(
            new TorrentSource.InfoDictionary(torrent.InfoBytes, []),
            new AddTorrentOptions { StallTimeout = stallTimeout ?? Patience, Peers = [.. peers.Select(p => p.ToString())] },
            cancellationToken);

    /// <summary>Asserts that the ranges, read from the torrent, are those of its source.</summary>
    public static async Task AssertSameAsync(this ITorrent torrent, TestTorrent source, IEnumerable<ByteRange> ranges, bool verified, CancellationToken cancellationToken)
    {
        foreach (var range in ranges)
        {
            var bytes = new byte[range.Length];
            Assert.Equal(verified, await torrent.ReadAsync(range.Offset, bytes, cancellationToken));
            Assert.True((await source.ReadAsync(range.Offset, (int)range.Length, cancellationToken)).AsSpan().SequenceEqual(bytes), $"Other bytes at {range.Offset}");
        }
    }

    /// <summary>Ranges of one length, spread evenly.</summary>
    public static ByteRange[] Scattered(TestTorrent torrent, int count, int lengthBytes)
    {
        var step = (torrent.TotalBytes - lengthBytes) / count;
        return [.. Enumerable.Range(0, count).Select(i => new ByteRange(i * step + 1000, lengthBytes))];
    }

    /// <summary>The bytes of the 16 KiB blocks that hold the ranges.</summary>
    public static long BlockBytes(TestTorrent torrent, IEnumerable<ByteRange> ranges) =>
        ranges.SelectMany(r => Blocks(torrent, r)).Distinct().Sum(b => (long)b.Length);

    private static IEnumerable<PeerBlock> Blocks(TestTorrent torrent, ByteRange range)
    {
        for (var offset = range.Offset; offset < range.End;)
        {
            var piece = (int)(offset / torrent.PieceLengthBytes);
            var start = (long)piece * torrent.PieceLengthBytes;
            var begin = (int)((offset - start) / TorrentLimits.BlockBytes * TorrentLimits.BlockBytes);
            var end = Math.Min(Math.Min(start + begin + TorrentLimits.BlockBytes, start + torrent.PieceLengthBytes), torrent.TotalBytes);
            yield return new PeerBlock(piece, begin, (int)(end - start - begin));
            offset = end;
        }
    }
}
