using System.Net;
using System.Net.Sockets;
using EventTorrent.TestKit;

namespace EventTorrent.Torrents.Tests;

public sealed class NetworkPolicyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_private_is_dialled_unless_allowed()
    {
        using var tcp = new Sink(IPAddress.Loopback);
        using var tcp6 = new Sink(IPAddress.IPv6Loopback);
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var udpPort = ((IPEndPoint)udp.Client.LocalEndPoint!).Port;
        var heard = udp.ReceiveAsync(Token).AsTask();
        string[] trackers =
        [
            $"http://127.0.0.1:{tcp.Port}/announce",
            $"http://2130706433:{tcp.Port}/announce",
            $"http://localhost:{tcp.Port}/announce",
            $"http://[::1]:{tcp6.Port}/announce",
            $"http://[::ffff:127.0.0.1]:{tcp.Port}/announce",
            $"udp://127.0.0.1:{udpPort}/announce",
        ];
        string[] peers = [$"127.0.0.1:{tcp.Port}", $"[::1]:{tcp6.Port}", $"[::ffff:127.0.0.1]:{tcp.Port}"];
        await using var engine = LocalEngine.Start(o => o.AllowPrivateNetworks = false);
        var magnet = $"magnet:?xt=urn:btih:{new string('d', 40)}&x.pe={peers[0]}&x.pe={peers[2]}&ws=http://127.0.0.1:{tcp.Port}/file"
            + string.Concat(trackers.Select(t => "&tr=" + Uri.EscapeDataString(t)));
        await using var torrent = await engine.AddAsync(new TorrentSource.Magnet(magnet), new AddTorrentOptions { Trackers = trackers, Peers = peers }, Token);
        foreach (var peer in peers)
            torrent.ConnectPeer(peer);

        // The wait is the observation: in this time an engine without the policy has long called.
        await Assert.ThrowsAsync<TorrentException>(() => torrent.GetMetadataAsync(TimeSpan.FromSeconds(3), Token));

        Assert.Equal(0, tcp.Connections);
        Assert.Equal(0, tcp6.Connections);
        Assert.False(heard.IsCompleted);
    }

    [Fact]
    public async Task The_same_sink_is_dialled_when_allowed()
    {
        using var tcp = new Sink(IPAddress.Loopback);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.AddAsync(
            new TorrentSource.Infohash(new string('e', 40)), new AddTorrentOptions { Trackers = [$"http://127.0.0.1:{tcp.Port}/announce"] }, Token);

        await Poll.UntilAsync("the tracker is called", () => tcp.Connections > 0, LocalEngine.Patience, Token);
    }

    [Fact]
    public async Task Behind_a_proxy_blocks_come_through_it_and_nobody_is_called_around_it()
    {
        await using var proxy = new SocksProxy(("user", "password"));
        await using var content = await TestContent.CreateAsync(1_000_000, 256 * 1024, Token);
        await using var peer = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start(o => o.Proxy = $"socks5://user:password@{proxy.Endpoint}");

        await using var torrent = await engine.JoinAsync(content.Torrent, Token, peer.Endpoint);
        await torrent.FetchAsync([new ByteRange(100_000, 50_000)], VerificationPolicy.Blocks, Token);

        Assert.Equal(0, engine.ListenPort);
        Assert.NotEmpty(peer.Received);
        Assert.All(peer.Received, message => Assert.Equal(proxy.Endpoint.Address, message.From.Address));
    }

    [Fact]
    public async Task A_private_peer_that_calls_us_is_not_served()
    {
        await using var engine = LocalEngine.Start(o =>
        {
            o.AllowPrivateNetworks = false;
            o.ListenInterfaces = "127.0.0.1:0";
        });
        await using var torrent = await engine.AddAsync(new TorrentSource.Infohash(new string('f', 40)), new AddTorrentOptions(), Token);
        using var caller = new TcpClient();
        await caller.ConnectAsync(IPAddress.Loopback, engine.ListenPort, Token);
        byte[] handshake = [19, .. "BitTorrent protocol"u8, .. new byte[8], .. Convert.FromHexString(new string('f', 40)), .. "-XX0000-abcdefghijkl"u8];

        var answered = 0;
        try
        {
            await caller.GetStream().WriteAsync(handshake, Token);
            answered = await caller.GetStream().ReadAsync(new byte[68], Token);
        }
        catch (IOException)
        {
            // Reset: as good as closed.
        }

        Assert.Equal(0, answered);
    }
}
