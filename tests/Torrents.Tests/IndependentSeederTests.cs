using EventTorrent.TestKit;

namespace EventTorrent.Torrents.Tests;

/// <summary>Clients that others wrote serve us, under all policies.</summary>
public sealed class IndependentSeederTests
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Transmission_serves_every_policy() => ServesEveryPolicyAsync((torrent, options) => TransmissionSeeder.StartAsync(torrent, Token, options));

    [Fact]
    public Task Aria2_serves_every_policy() => ServesEveryPolicyAsync((torrent, options) => AriaSeeder.StartAsync(torrent, Token, options));

    [Fact]
    public Task QBittorrent_serves_every_policy() => ServesEveryPolicyAsync((torrent, options) => QBittorrentSeeder.StartAsync(torrent, Token, options));

    [Fact]
    public async Task Two_clients_agree_on_every_block()
    {
        await using var content = await TestContent.CreateAsync(8 * MiB, MiB, Token);
        await using var one = await QBittorrentSeeder.StartAsync(content.Torrent, Token);
        await using var two = await AriaSeeder.StartAsync(content.Torrent, Token);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, one.Endpoint, two.Endpoint);
        var ranges = LocalEngine.Scattered(content.Torrent, 4, 100_000);

        await torrent.FetchAsync(ranges, VerificationPolicy.TwoPeers, Token);

        foreach (var range in ranges)
        {
            var bytes = new byte[range.Length];
            await torrent.ReadAsync(range.Offset, bytes, Token);
            Assert.Equal(await content.Torrent.ReadAsync(range.Offset, bytes.Length, Token), bytes);
        }
    }

    [Fact]
    public async Task A_bare_infohash_finds_its_peers_through_the_dht()
    {
        await using var content = await TestContent.CreateAsync(2 * MiB, MiB / 4, Token);
        await using var dht = new DhtNode();
        await using var seed = new ScriptedPeer(content.Torrent);
        dht.Announce(content.Torrent.Infohash, seed.Endpoint);
        await using var engine = LocalEngine.Start(o =>
        {
            o.Dht = true;
            o.DhtBootstrap = dht.Endpoint.ToString();
        });
        await using var torrent = await engine.AddAsync(new TorrentSource.Infohash(content.Torrent.Infohash), new AddTorrentOptions(), Token);

        var metadata = await torrent.GetMetadataAsync(LocalEngine.Patience, Token);
        await torrent.FetchAsync([new ByteRange(100, 1000)], VerificationPolicy.Pieces, Token);

        Assert.Equal(content.Torrent.Infohash, metadata.InfohashV1);
        await torrent.AssertSameAsync(content.Torrent, [new ByteRange(100, 1000)], verified: true, Token);
    }

    [Fact]
    public async Task A_tracker_leads_to_the_seed()
    {
        await using var tracker = new LocalTracker();
        await using var content = await TestContent.CreateAsync(2 * MiB, MiB / 4, Token, tracker.Url);
        await using var seed = new ScriptedPeer(content.Torrent);
        tracker.Add(content.Torrent.Infohash, seed.Endpoint);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.AddAsync(new TorrentSource.TorrentFile(content.Torrent.FileBytes), new AddTorrentOptions(), Token);

        await torrent.GetMetadataAsync(LocalEngine.Patience, Token);
        await torrent.FetchAsync([new ByteRange(100, 1000)], VerificationPolicy.Blocks, Token);

        await torrent.AssertSameAsync(content.Torrent, [new ByteRange(100, 1000)], verified: false, Token);
    }

    private static async Task ServesEveryPolicyAsync<T>(Func<TestTorrent, SeederOptions, Task<T>> start)
        where T : Seeder
    {
        await using var content = await TestContent.CreateAsync(24 * MiB, MiB, Token);
        await using var seeder = await start(content.Torrent, new SeederOptions());
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seeder.Endpoint);
        var ranges = LocalEngine.Scattered(content.Torrent, 10, 100_000);
        var asked = LocalEngine.BlockBytes(content.Torrent, ranges);

        var blocks = await torrent.FetchAsync(ranges, VerificationPolicy.Blocks, Token);

        await torrent.AssertSameAsync(content.Torrent, ranges, verified: false, Token);
        Assert.InRange(blocks.PayloadBytes, asked, asked * 105 / 100);

        var pieces = await torrent.FetchAsync(ranges[..3], VerificationPolicy.Pieces, Token);

        Assert.True(pieces.Verified);
        await torrent.AssertSameAsync(content.Torrent, ranges[..3], verified: true, Token);
        // One address only: two peers can't be had, so the piece itself is the proof.
        ByteRange[] last = [new(content.Torrent.TotalBytes - MiB / 2, 1000)];
        Assert.True((await torrent.FetchAsync(last, VerificationPolicy.TwoPeers, Token)).Verified);
        await torrent.AssertSameAsync(content.Torrent, last, verified: true, Token);
    }
}
