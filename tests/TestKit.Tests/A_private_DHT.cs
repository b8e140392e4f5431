namespace EventTorrent.TestKit.Tests;

public class A_private_DHT
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_client_announces_and_get_peers_returns_it()
    {
        await using var directory = new TempDirectory();
        await using var node = new DhtNode();
        var torrent = await Content.TorrentAsync(directory, 100_000);

        await using var seeder = await AriaSeeder.StartAsync(torrent, Token, new SeederOptions { DhtEntry = node.Endpoint });
        await Poll.UntilAsync("it announced itself", () => node.PeersOf(torrent.Infohash).Count > 0, Deadline, Token, () => seeder.Log);

        Assert.Equal([seeder.Endpoint], await DhtNode.GetPeersAsync(node.Endpoint, torrent.Infohash, Token));
    }

    [Fact]
    public async Task A_client_without_tracker_finds_its_peer_there()
    {
        await using var directory = new TempDirectory();
        await using var node = new DhtNode();
        var torrent = await Content.TorrentAsync(directory, 100_000);
        await using var peer = new ScriptedPeer(torrent);
        node.Announce(torrent.Infohash, peer.Endpoint);

        await using var leecher = await AriaSeeder.StartDownloadAsync(
            torrent, directory.CreateDirectory("leech"), Token, new SeederOptions { DhtEntry = node.Endpoint });
        await leecher.WaitUntilCompleteAsync(Token);

        await Content.AssertArrivedAsync(torrent, directory["leech"]);
        Assert.True(node.QueryCount("get_peers") > 0);
    }

    [Fact]
    public async Task Nobody_is_found_for_a_torrent_that_nobody_announced()
    {
        await using var node = new DhtNode();

        Assert.Empty(await DhtNode.GetPeersAsync(node.Endpoint, new string('a', 40), Token));
    }
}
