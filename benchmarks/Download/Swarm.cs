using System.Net;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Download;

/// <summary>Two seeders of different make, and the trackers by which they and the downloaders find each other.</summary>
internal sealed class Swarm : IAsyncDisposable
{
    private readonly LocalTracker _forSeeders = new() { Interval = TimeSpan.FromSeconds(2) };
    private QBittorrentSeeder _qBittorrent = null!;
    private AriaSeeder _aria = null!;

    private Swarm(TestTorrent torrent) => Torrent = torrent;

    public TestTorrent Torrent { get; }

    public IReadOnlyList<IPEndPoint> Seeders => [_qBittorrent.Endpoint, _aria.Endpoint];

    public static async Task<Swarm> StartAsync(TestTorrent torrent, CancellationToken cancellationToken)
    {
        var swarm = new Swarm(torrent);
        try
        {
            var announced = torrent.WithTrackers(swarm._forSeeders.Url);
            swarm._qBittorrent = await QBittorrentSeeder.StartAsync(announced, cancellationToken);
            swarm._aria = await AriaSeeder.StartAsync(announced, cancellationToken);
            return swarm;
        }
        catch
        {
            await swarm.DisposeAsync();
            throw;
        }
    }

    /// <summary>A tracker of one download's own, which knows the seeders.</summary>
    public LocalTracker Announce()
    {
        var tracker = new LocalTracker();
        foreach (var seeder in Seeders)
        {
            tracker.Add(Torrent.Infohash, seeder);
        }

        return tracker;
    }

    /// <summary>For a client that dials no loopback address: the seeders dial it.</summary>
    public async Task DialAsync(IPEndPoint client, CancellationToken cancellationToken)
    {
        _forSeeders.Add(Torrent.Infohash, client);
        await _qBittorrent.AddPeerAsync(Torrent, client, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await (_qBittorrent?.DisposeAsync() ?? default);
        await (_aria?.DisposeAsync() ?? default);
        await _forSeeders.DisposeAsync();
    }
}
