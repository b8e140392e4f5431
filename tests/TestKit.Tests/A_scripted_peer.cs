using System.Net;

namespace EventTorrent.TestKit.Tests;

/// <summary>A scripted peer serves real clients when it is sound, and misbehaves exactly as told.</summary>
public class A_scripted_peer
{
    private const int BlockBytes = 16 * 1024;
    private const int ContentBytes = 1_000_000;
    private const int ContentBlocks = (ContentBytes + BlockBytes - 1) / BlockBytes;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Seeds_to_aria2(bool fastExtension)
    {
        await using var scene = await Scene.CreateAsync(new PeerBehaviour { FastExtension = fastExtension });

        await using var leecher = await scene.StartAriaAsync();
        await leecher.WaitUntilCompleteAsync(Token);

        await Content.AssertArrivedAsync(scene.Torrent, scene.Target);
        Assert.Equal(ContentBlocks, scene.Peer.RequestedBlocks.Count);
        Assert.Equal(scene.Peer.RequestedBlocks, scene.Peer.SentBlocks.ToHashSet());
        Assert.True(scene.Peer.SentBytes >= ContentBytes);
        Assert.Contains(scene.Peer.Received, message => message.Kind == PeerMessageKind.Interested);
    }

    [Fact]
    public async Task Seeds_to_libtorrent_which_tries_encryption_first()
    {
        await using var scene = await Scene.CreateAsync(new PeerBehaviour());

        await using var leecher = await scene.StartQBittorrentAsync();
        await leecher.WaitUntilCompleteAsync(Token);

        await Content.AssertArrivedAsync(scene.Torrent, scene.Target);
    }

    [Fact]
    public async Task Gives_its_metadata_to_a_client_with_a_bare_magnet()
    {
        await using var scene = await Scene.CreateAsync(new PeerBehaviour());

        await using var leecher = await scene.StartAriaAsync(byMagnet: true);
        await leecher.WaitUntilCompleteAsync(Token);

        await Content.AssertArrivedAsync(scene.Torrent, scene.Target);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("bad")]
    [InlineData("huge")]
    public async Task Gives_no_usable_metadata(string how)
    {
        await using var scene = await Scene.CreateAsync(how switch
        {
            "none" => new PeerBehaviour { NoMetadata = true },
            "bad" => new PeerBehaviour { BadMetadata = true },
            _ => new PeerBehaviour { ClaimedMetadataBytes = 1L << 30 },
        });

        await using var leecher = await scene.StartAriaAsync(byMagnet: true);
        await scene.Peer.WaitForAsync(PeerMessageKind.Extended, Deadline, Token);
        await scene.AssertNothingMoreAsync();

        Assert.Empty(scene.Peer.RequestedBlocks);
    }

    [Fact]
    public async Task Flips_bytes_so_that_no_piece_passes_its_hash()
    {
        await using var scene = await Scene.CreateAsync(new PeerBehaviour { FlipsBytes = true });

        await using var leecher = await scene.StartAriaAsync();
        await Poll.UntilAsync("the first piece was sent", () => scene.Peer.SentBytes >= scene.Torrent.PieceLengthBytes, Deadline, Token);

        Assert.False(await leecher.HasCompletedAPieceAsync(Token));
    }

    [Fact]
    public async Task Stalls_after_so_many_blocks()
    {
        await using var scene = await Scene.CreateAsync(new PeerBehaviour { StallsAfterBlocks = 5 });

        await using var leecher = await scene.StartAriaAsync();
        await Poll.UntilAsync("the last block was sent", () => scene.Peer.SentBlocks.Count == 5, Deadline, Token);
        await scene.AssertNothingMoreAsync();

        Assert.Equal(5, scene.Peer.SentBlocks.Count);
        Assert.True(scene.Peer.RequestedBlocks.Count > 5);
    }

    [Fact]
    public async Task Drops_after_so_many_blocks_and_refuses_to_be_dialled_again()
    {
        await using var scene = await Scene.CreateAsync(new PeerBehaviour { DropsAfterBlocks = 5 });

        await using var leecher = await scene.StartAriaAsync();
        await Poll.UntilAsync("nobody listens any more", async token => !await CanConnectAsync(scene.Peer.Endpoint, token), Deadline, Token);

        Assert.Equal(5, scene.Peer.SentBlocks.Count);
    }

    [Fact]
    public async Task Never_unchokes()
    {
        await using var scene = await Scene.CreateAsync(new PeerBehaviour { NeverUnchokes = true });

        await using var leecher = await scene.StartAriaAsync();
        await scene.Peer.WaitForAsync(PeerMessageKind.Interested, Deadline, Token);
        await scene.AssertNothingMoreAsync();

        Assert.Empty(scene.Peer.SentBlocks);
    }

    [Fact]
    public async Task Rejects_all()
    {
        await using var scene = await Scene.CreateAsync(new PeerBehaviour { RejectsAll = true });

        await using var leecher = await scene.StartAriaAsync();
        await scene.Peer.WaitForAsync(PeerMessageKind.Request, Deadline, Token);
        await scene.AssertNothingMoreAsync();

        Assert.Empty(scene.Peer.SentBlocks);
    }

    [Fact]
    public async Task Sends_at_the_rate_it_is_given()
    {
        await using var scene = await Scene.CreateAsync(new PeerBehaviour { BytesPerSecond = 500_000 });
        var clock = System.Diagnostics.Stopwatch.StartNew();

        await using var leecher = await scene.StartAriaAsync();
        await leecher.WaitUntilCompleteAsync(Token);

        Assert.InRange(clock.Elapsed.TotalSeconds, 2, 20);
        await Content.AssertArrivedAsync(scene.Torrent, scene.Target);
    }

    [Fact]
    public async Task Has_only_some_pieces_and_another_the_rest()
    {
        await using var scene = await Scene.CreateAsync(new PeerBehaviour { Has = piece => piece % 2 == 0 });
        await using var other = new ScriptedPeer(scene.Torrent, new PeerBehaviour { Has = piece => piece % 2 == 1 });

        await using var leecher = await scene.StartAriaAsync(more: other.Endpoint);
        await leecher.WaitUntilCompleteAsync(Token);

        await Content.AssertArrivedAsync(scene.Torrent, scene.Target);
        Assert.All(scene.Peer.RequestedBlocks, block => Assert.Equal(0, block.Piece % 2));
        Assert.All(other.RequestedBlocks, block => Assert.Equal(1, block.Piece % 2));
    }

    private static async Task<bool> CanConnectAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            await client.ConnectAsync(endpoint, cancellationToken);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    /// <summary>A torrent, a scripted peer for it, a tracker that knows the peer, and an empty directory to download to.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

        private readonly TempDirectory _directory = new();
        private readonly LocalTracker _tracker = new();

        public required TestTorrent Torrent { get; init; }

        public required ScriptedPeer Peer { get; init; }

        public string Target => _directory.CreateDirectory("leech");

        public static async Task<Scene> CreateAsync(PeerBehaviour behaviour)
        {
            var content = new TempDirectory();
            var torrent = await Content.TorrentAsync(content, ContentBytes, new TorrentBuilder { PieceLengthBytes = 4 * BlockBytes });
            return new Scene { Torrent = torrent, Peer = new ScriptedPeer(torrent, behaviour), ContentDirectory = content };
        }

        private TempDirectory ContentDirectory { get; init; } = null!;

        public Task<AriaSeeder> StartAriaAsync(bool byMagnet = false, IPEndPoint? more = null)
        {
            _tracker.Add(Torrent.Infohash, Peer.Endpoint);
            if (more is not null)
            {
                _tracker.Add(Torrent.Infohash, more);
            }

            return AriaSeeder.StartDownloadAsync(Torrent.WithTrackers(_tracker.Url), Target, Token, byMagnet: byMagnet);
        }

        public async Task<QBittorrentSeeder> StartQBittorrentAsync()
        {
            var leecher = await QBittorrentSeeder.StartEmptyAsync(Token);
            await leecher.AddAsync(Torrent, Target, skipChecking: false, Token);
            await leecher.AddPeerAsync(Torrent, Peer.Endpoint, Token);
            return leecher;
        }

        /// <summary>The peer sends no block for a second.</summary>
        public async Task AssertNothingMoreAsync()
        {
            var before = Peer.SentBlocks.Count;
            await Assert.ThrowsAsync<TimeoutException>(() => Poll.UntilAsync("another block", () => Peer.SentBlocks.Count > before, Quiet, Token));
        }

        public async ValueTask DisposeAsync()
        {
            await Peer.DisposeAsync();
            await _tracker.DisposeAsync();
            await _directory.DisposeAsync();
            await ContentDirectory.DisposeAsync();
        }
    }
}
