using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EventTorrent.TestKit;

namespace EventTorrent.Torrents.Tests;

/// <summary>Whom a session of downloads talks to, from where, how fast.</summary>
public sealed class DownloadNetworkTests
{
    private const int PieceLengthBytes = 64 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Behind_a_proxy_everything_goes_through_it_and_nothing_around_it(bool withLogin)
    {
        await using var proxy = new SocksProxy(withLogin ? ("user", "pass word") : null);
        await using var tracker = new LocalTracker();
        using var dht = new UdpClient(LoopbackAddress.NextEndpoint());
        var heard = dht.ReceiveAsync(Token).AsTask();
        await using var content = await TestContent.CreateAsync(20 * PieceLengthBytes, PieceLengthBytes, Token, tracker.Url);
        // Both are needed.
        await using var told = new ScriptedPeer(content.Torrent, new PeerBehaviour { Has = piece => piece % 2 == 0 });
        await using var found = new ScriptedPeer(content.Torrent, new PeerBehaviour { Has = piece => piece % 2 == 1 });
        tracker.Add(content.Torrent.Infohash, found.Endpoint);
        await using var downloads = LocalDownloads.Start(options =>
        {
            options.Proxy = $"socks5://{(withLogin ? "user:pass%20word@" : "")}{proxy.Endpoint}";
            (options.Dht, options.DhtBootstrap) = (true, $"{dht.Client.LocalEndPoint}");
        });

        await using var download = await downloads.BeginAsync(content.Torrent, Token, told.Endpoint);
        await LocalDownloads.UntilCompleteAsync(download, Token);

        Assert.All(told.Received.Concat(found.Received), message => Assert.Equal(proxy.Endpoint.Address, message.From.Address));
        Assert.True(tracker.Announces > 0);
        Assert.All(tracker.PeersOf(content.Torrent.Infohash).Except([found.Endpoint]), peer => Assert.Equal(proxy.Endpoint.Address, peer.Address));
        Assert.Equal(0, proxy.RefusedLogins);
        // It takes no UDP, so there is none.
        Assert.False(heard.IsCompleted);
    }

    [Fact]
    public async Task A_proxy_that_lets_nobody_in_is_not_gone_around()
    {
        await using var proxy = new SocksProxy(("user", "password"));
        await using var content = await TestContent.CreateAsync(PieceLengthBytes, PieceLengthBytes, Token);
        await using var peer = new ScriptedPeer(content.Torrent);
        await using var downloads = LocalDownloads.Start(options => options.Proxy = $"socks5://user:wrong@{proxy.Endpoint}");

        await using var download = await downloads.BeginAsync(content.Torrent, Token, peer.Endpoint);
        await Poll.UntilAsync("it was refused", () => proxy.RefusedLogins > 0, LocalEngine.Patience, Token);
        download.ConnectPeer(peer.Endpoint.ToString());
        await Poll.UntilAsync("it was refused again", () => proxy.RefusedLogins > 1, LocalEngine.Patience, Token);

        Assert.Equal((0, 0), (peer.Connections, proxy.Dialled.Count));
    }

    [Fact]
    public async Task Without_a_proxy_the_same_entry_of_the_DHT_is_called()
    {
        using var dht = new UdpClient(LoopbackAddress.NextEndpoint());
        await using var downloads = LocalDownloads.Start(options => (options.Dht, options.DhtBootstrap) = (true, $"{dht.Client.LocalEndPoint}"));

        Assert.NotEmpty((await dht.ReceiveAsync(Token).AsTask().WaitAsync(LocalEngine.Patience, Token)).Buffer);
    }

    [Fact]
    public async Task Nothing_private_is_dialled_unless_allowed()
    {
        using var tcp = new Sink(IPAddress.Loopback);
        using var tcp6 = new Sink(IPAddress.IPv6Loopback);
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var heard = udp.ReceiveAsync(Token).AsTask();
        string[] trackers =
        [
            $"http://127.0.0.1:{tcp.Port}/announce", $"http://2130706433:{tcp.Port}/announce", $"http://localhost:{tcp.Port}/announce",
            $"http://[::1]:{tcp6.Port}/announce", $"http://[::ffff:127.0.0.1]:{tcp.Port}/announce", $"udp://{udp.Client.LocalEndPoint}/announce",
        ];
        string[] peers = [$"127.0.0.1:{tcp.Port}", $"[::1]:{tcp6.Port}", $"[::ffff:127.0.0.1]:{tcp.Port}"];
        await using var place = new TempDirectory();
        await using var downloads = LocalDownloads.Start(options => options.AllowPrivateNetworks = false);
        var magnet = $"magnet:?xt=urn:btih:{new string('d', 40)}&x.pe={peers[0]}&x.pe={peers[2]}&ws=http://127.0.0.1:{tcp.Port}/file"
            + string.Concat(trackers.Select(tracker => "&tr=" + Uri.EscapeDataString(tracker)));
        await using var download = await downloads.Engine.AddAsync(
            new TorrentSource.Magnet(magnet), new DownloadOptions { Directory = place.FullPath, Trackers = trackers, Peers = peers }, Token);
        foreach (var peer in peers)
        {
            download.ConnectPeer(peer);
        }

        download.Announce();
        // The wait is the observation: in this time an engine without the policy has long called.
        await Task.Delay(TimeSpan.FromSeconds(3), Token);

        Assert.Equal((0, 0, false), (tcp.Connections, tcp6.Connections, heard.IsCompleted));
    }

    [Fact]
    public async Task It_listens_where_it_is_told_and_nowhere_else()
    {
        var endpoint = LoopbackAddress.NextEndpoint();
        await using var downloads = LocalDownloads.Start(options => options.ListenInterfaces = $"{endpoint}");

        Assert.Equal(endpoint.Port, downloads.Engine.ListenPort);
        using var caller = new TcpClient();
        await caller.ConnectAsync(endpoint, Token);
        using var stranger = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => stranger.ConnectAsync(LoopbackAddress.Next(), endpoint.Port, Token).AsTask());
    }

    [Fact]
    public async Task The_limit_of_a_session_is_that_of_all_torrents_together()
    {
        const int Rate = 500_000;
        await using var one = await TestContent.CreateAsync(12 * PieceLengthBytes, PieceLengthBytes, Token);
        await using var two = await TestContent.CreateAsync(12 * PieceLengthBytes, PieceLengthBytes, Token);
        await using var peer = new ScriptedPeer();
        peer.Add(one.Torrent);
        peer.Add(two.Torrent);
        await using var downloads = LocalDownloads.Start(down: Rate);
        var clock = Stopwatch.StartNew();

        await using var first = await downloads.BeginAsync(one.Torrent, Token, peer.Endpoint);
        await using var second = await downloads.BeginAsync(two.Torrent, Token, peer.Endpoint);
        await Task.WhenAll(LocalDownloads.UntilCompleteAsync(first, Token), LocalDownloads.UntilCompleteAsync(second, Token));

        // A second's worth may be in hand at the start.
        var least = TimeSpan.FromSeconds((double)(one.Torrent.TotalBytes + two.Torrent.TotalBytes - Rate) / Rate);
        Assert.True(clock.Elapsed > least, $"{clock.Elapsed}, least {least}");
    }

    [Fact]
    public async Task The_limit_of_uploads_holds()
    {
        const int Rate = 300_000;
        await using var content = await TestContent.CreateAsync(16 * PieceLengthBytes, PieceLengthBytes, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        var endpoint = LoopbackAddress.NextEndpoint();
        await using var giver = LocalDownloads.Start(options => options.ListenInterfaces = $"{endpoint}", up: Rate);
        await using var given = await giver.BeginAsync(content.Torrent, Token, seed.Endpoint);
        await LocalDownloads.UntilCompleteAsync(given, Token);
        await using var taker = LocalDownloads.Start();
        var clock = Stopwatch.StartNew();

        await using var taken = await taker.BeginAsync(content.Torrent, Token, endpoint);
        await LocalDownloads.UntilCompleteAsync(taken, Token);

        var least = TimeSpan.FromSeconds((double)(content.Torrent.TotalBytes - Rate) / Rate);
        Assert.True(clock.Elapsed > least, $"{clock.Elapsed}, least {least}");
        await Poll.UntilAsync("it counted them", () => given.Progress.UploadedBytes == content.Torrent.TotalBytes, LocalEngine.Patience, Token);
    }
}
