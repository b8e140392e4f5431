using System.Diagnostics;
using EventTorrent.TestKit;

namespace EventTorrent.Torrents.Tests;

public sealed class SwarmFaultTests
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_liar_deceives_blocks_and_pieces_put_it_right()
    {
        await using var content = await TestContent.CreateAsync(4 * MiB, MiB, Token);
        await using var liar = new ScriptedPeer(content.Torrent, new PeerBehaviour { FlipsBytes = true });
        await using var honest = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, liar.Endpoint);
        ByteRange[] ranges = [new(MiB, 40_000)];
        var bytes = new byte[40_000];

        var blocks = await torrent.FetchAsync(ranges, VerificationPolicy.Blocks, Token);
        var verified = await torrent.ReadAsync(MiB, bytes, Token);

        Assert.False(blocks.Verified);
        Assert.False(verified);
        Assert.Equal((await content.Torrent.ReadAsync(MiB, 40_000, Token)).Select(b => (byte)~b), bytes);

        torrent.ConnectPeer(honest.Endpoint.ToString());
        var pieces = await torrent.FetchAsync(ranges, VerificationPolicy.Pieces, Token);

        Assert.True(pieces.Verified);
        await torrent.AssertSameAsync(content.Torrent, ranges, verified: true, Token);
        Assert.True(torrent.Progress.WastedBytes >= MiB);
    }

    [Fact]
    public async Task Known_bad_blocks_are_not_read()
    {
        await using var content = await TestContent.CreateAsync(2 * MiB, MiB, Token);
        await using var liar = new ScriptedPeer(content.Torrent, new PeerBehaviour { FlipsBytes = true });
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.AddKnownAsync(content.Torrent, Token, TimeSpan.FromSeconds(2), liar.Endpoint);
        await torrent.GetMetadataAsync(LocalEngine.Patience, Token);

        var failure = await Assert.ThrowsAsync<TorrentException>(() => torrent.FetchAsync([new ByteRange(0, 10)], VerificationPolicy.Pieces, Token));

        Assert.Equal(TorrentErrorKind.PieceTimeout, failure.Kind);
        var read = await Assert.ThrowsAsync<TorrentException>(async () => await torrent.ReadAsync(0, new byte[10], Token));
        Assert.Equal(TorrentErrorKind.NotFetched, read.Kind);
    }

    [Fact]
    public async Task Of_three_addresses_the_liar_is_outvoted()
    {
        await using var content = await TestContent.CreateAsync(4 * MiB, MiB, Token);
        await using var liar = new ScriptedPeer(content.Torrent, new PeerBehaviour { FlipsBytes = true });
        await using var one = new ScriptedPeer(content.Torrent);
        await using var two = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, liar.Endpoint, one.Endpoint, two.Endpoint);
        ByteRange[] ranges = [new(100, 200_000)];

        await torrent.FetchAsync(ranges, VerificationPolicy.TwoPeers, Token);

        var bytes = new byte[200_000];
        await torrent.ReadAsync(100, bytes, Token);
        Assert.Equal(await content.Torrent.ReadAsync(100, 200_000, Token), bytes);
    }

    [Fact]
    public async Task Two_addresses_that_differ_are_settled_by_the_piece()
    {
        await using var content = await TestContent.CreateAsync(4 * MiB, MiB / 4, Token);
        await using var liar = new ScriptedPeer(content.Torrent, new PeerBehaviour { FlipsBytes = true });
        await using var honest = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, liar.Endpoint, honest.Endpoint);
        ByteRange[] ranges = [new(100, 50_000)];

        var result = await torrent.FetchAsync(ranges, VerificationPolicy.TwoPeers, Token);

        Assert.True(result.Verified);
        await torrent.AssertSameAsync(content.Torrent, ranges, verified: true, Token);
    }

    [Fact]
    public async Task A_stalled_peer_loses_its_blocks_to_another()
    {
        await using var content = await TestContent.CreateAsync(16 * MiB, MiB, Token);
        await using var stalls = new ScriptedPeer(content.Torrent, new PeerBehaviour { StallsAfterBlocks = 3 });
        await using var slow = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 2 * MiB });
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, stalls.Endpoint);
        var ranges = LocalEngine.Scattered(content.Torrent, 6, 200_000);
        var clock = Stopwatch.StartNew();

        // It has been asked for everything before the other one comes.
        var fetching = torrent.FetchAsync(ranges, VerificationPolicy.Blocks, Token);
        await stalls.WaitForAsync(PeerMessageKind.Request, LocalEngine.Patience, Token);
        torrent.ConnectPeer(slow.Endpoint.ToString());
        var result = await fetching;

        // 1.2 MB at 2 MiB/s take 0.6 s; the stall is seen after 1.5 s at the latest, and the other one is dialled within 1 s.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        await torrent.AssertSameAsync(content.Torrent, ranges, verified: false, Token);
        Assert.InRange(result.PayloadBytes, 1, LocalEngine.BlockBytes(content.Torrent, ranges) * 105 / 100);
        Assert.Contains(stalls.Received, m => m.Kind == PeerMessageKind.Cancel);
    }

    [Fact]
    public async Task A_peer_that_rejects_everything_does_not_hold_up_the_fetch()
    {
        await using var content = await TestContent.CreateAsync(4 * MiB, MiB, Token);
        await using var rejects = new ScriptedPeer(content.Torrent, new PeerBehaviour { RejectsAll = true });
        await using var honest = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, rejects.Endpoint, honest.Endpoint);
        ByteRange[] ranges = [new(100, 500_000)];

        await torrent.FetchAsync(ranges, VerificationPolicy.Blocks, Token);

        await torrent.AssertSameAsync(content.Torrent, ranges, verified: false, Token);
    }

    [Fact]
    public async Task Peers_that_have_different_pieces_complete_each_other()
    {
        await using var content = await TestContent.CreateAsync(4 * MiB, MiB / 4, Token);
        await using var even = new ScriptedPeer(content.Torrent, new PeerBehaviour { Has = piece => piece % 2 == 0 });
        await using var odd = new ScriptedPeer(content.Torrent, new PeerBehaviour { Has = piece => piece % 2 == 1 });
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, even.Endpoint, odd.Endpoint);
        ByteRange[] ranges = [new(0, content.Torrent.TotalBytes)];

        var result = await torrent.FetchAsync(ranges, VerificationPolicy.Pieces, Token);

        Assert.True(result.Verified);
        Assert.Equal(content.Torrent.TotalBytes, result.PayloadBytes);
    }

    [Fact]
    public async Task A_peer_that_leaves_in_the_middle_is_replaced()
    {
        await using var content = await TestContent.CreateAsync(4 * MiB, MiB, Token);
        await using var leaves = new ScriptedPeer(content.Torrent, new PeerBehaviour { DropsAfterBlocks = 5 });
        await using var stays = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, leaves.Endpoint, stays.Endpoint);
        ByteRange[] ranges = [new(0, 2 * MiB)];

        await torrent.FetchAsync(ranges, VerificationPolicy.Pieces, Token);

        await torrent.AssertSameAsync(content.Torrent, ranges, verified: true, Token);
    }

    [Fact]
    public async Task Silence_of_all_peers_is_a_piece_timeout()
    {
        await using var content = await TestContent.CreateAsync(MiB, MiB / 4, Token);
        await using var silent = new ScriptedPeer(content.Torrent, new PeerBehaviour { StallsAfterBlocks = 0 });
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.AddKnownAsync(content.Torrent, Token, TimeSpan.FromSeconds(1), silent.Endpoint);
        await torrent.GetMetadataAsync(LocalEngine.Patience, Token);

        var failure = await Assert.ThrowsAsync<TorrentException>(() => torrent.FetchAsync([new ByteRange(0, 10)], VerificationPolicy.Blocks, Token));

        Assert.Equal(TorrentErrorKind.PieceTimeout, failure.Kind);
    }

    [Fact]
    public async Task No_metadata_is_a_metadata_timeout()
    {
        await using var content = await TestContent.CreateAsync(MiB, MiB / 4, Token);
        await using var mute = new ScriptedPeer(content.Torrent, new PeerBehaviour { NoMetadata = true });
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.AddAsync(new TorrentSource.Magnet(content.Torrent.Magnet(mute.Endpoint)), new AddTorrentOptions(), Token);

        var failure = await Assert.ThrowsAsync<TorrentException>(() => torrent.GetMetadataAsync(TimeSpan.FromSeconds(2), Token));

        Assert.Equal(TorrentErrorKind.MetadataTimeout, failure.Kind);
    }

    [Fact]
    public async Task False_metadata_of_one_peer_gives_way_to_the_true_of_another()
    {
        await using var content = await TestContent.CreateAsync(MiB, MiB / 4, Token);
        await using var liar = new ScriptedPeer(content.Torrent, new PeerBehaviour { BadMetadata = true });
        await using var honest = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.AddAsync(new TorrentSource.Magnet(content.Torrent.Magnet(liar.Endpoint, honest.Endpoint)), new AddTorrentOptions(), Token);

        var metadata = await torrent.GetMetadataAsync(LocalEngine.Patience, Token);

        Assert.Equal(content.Torrent.InfoBytes, metadata.InfoBytes.ToArray());
    }

    [Fact]
    public async Task Metadata_above_the_limit_is_refused_by_name()
    {
        await using var content = await TestContent.CreateAsync(MiB, MiB / 4, Token);
        await using var bomb = new ScriptedPeer(content.Torrent, new PeerBehaviour { ClaimedMetadataBytes = 30 * MiB });
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.AddAsync(new TorrentSource.Magnet(content.Torrent.Magnet(bomb.Endpoint)), new AddTorrentOptions(), Token);

        var failure = await Assert.ThrowsAsync<TorrentException>(() => torrent.GetMetadataAsync(TimeSpan.FromSeconds(5), Token));

        Assert.Equal(TorrentErrorKind.LimitExceeded, failure.Kind);
    }
}
