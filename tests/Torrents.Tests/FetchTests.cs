using EventTorrent.TestKit;

namespace EventTorrent.Torrents.Tests;

public sealed class FetchTests
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blocks_are_fetched_exactly_once_and_read_back_the_same()
    {
        await using var content = await TestContent.CreateAsync(40 * MiB, 4 * MiB, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);
        var ranges = LocalEngine.Scattered(content.Torrent, 8, 200_000);

        var result = await torrent.FetchAsync(ranges, VerificationPolicy.Blocks, Token);

        await torrent.AssertSameAsync(content.Torrent, ranges, verified: false, Token);
        Assert.False(result.Verified);
        Assert.Equal(LocalEngine.BlockBytes(content.Torrent, ranges), result.PayloadBytes);
        Assert.Equal(result.PayloadBytes, seed.SentBytes);
        Assert.Equal(result.PayloadBytes, torrent.Progress.PayloadBytes);
        Assert.Equal(0, torrent.Progress.WastedBytes);
        Assert.Equal(content.Torrent.InfoBytes.Length, torrent.Progress.MetadataBytes);
        Assert.Equal([seed.Endpoint.ToString()], torrent.ServingPeers);
    }

    [Fact]
    public async Task Ranges_that_are_here_cost_nothing()
    {
        await using var content = await TestContent.CreateAsync(8 * MiB, MiB, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);
        ByteRange[] ranges = [new(100, 50_000)];
        await torrent.FetchAsync(ranges, VerificationPolicy.Blocks, Token);

        var again = await torrent.FetchAsync(ranges, VerificationPolicy.Blocks, Token);

        Assert.Equal(0, again.PayloadBytes);
    }

    [Fact]
    public async Task Pieces_are_whole_and_verified()
    {
        await using var content = await TestContent.CreateAsync(8 * MiB + 12_345, MiB, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);
        ByteRange[] ranges = [new(100, 50_000), new(content.Torrent.TotalBytes - 10, 10)];

        var result = await torrent.FetchAsync(ranges, VerificationPolicy.Pieces, Token);

        Assert.True(result.Verified);
        Assert.Equal(MiB + 12_345, result.PayloadBytes);
        await torrent.AssertSameAsync(content.Torrent, ranges, verified: true, Token);
    }

    [Fact]
    public async Task Upgrading_blocks_to_pieces_fetches_only_the_rest()
    {
        await using var content = await TestContent.CreateAsync(8 * MiB, MiB, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);
        ByteRange[] ranges = [new(MiB + 100, 200_000)];
        var blocks = await torrent.FetchAsync(ranges, VerificationPolicy.Blocks, Token);

        var pieces = await torrent.FetchAsync(ranges, VerificationPolicy.Pieces, Token);

        Assert.True(pieces.Verified);
        Assert.Equal(MiB, blocks.PayloadBytes + pieces.PayloadBytes);
        await torrent.AssertSameAsync(content.Torrent, ranges, verified: true, Token);
    }

    [Fact]
    public async Task Two_peers_give_every_block_twice()
    {
        await using var content = await TestContent.CreateAsync(8 * MiB, MiB, Token);
        await using var one = new ScriptedPeer(content.Torrent);
        await using var two = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, one.Endpoint, two.Endpoint);
        ByteRange[] ranges = [new(100, 300_000), new(5 * MiB, 70_000)];

        var result = await torrent.FetchAsync(ranges, VerificationPolicy.TwoPeers, Token);

        await torrent.AssertSameAsync(content.Torrent, ranges, verified: false, Token);
        var once = LocalEngine.BlockBytes(content.Torrent, ranges);
        Assert.Equal(2 * once, result.PayloadBytes);
        Assert.Equal(once, one.SentBytes);
        Assert.Equal(once, two.SentBytes);
    }

    [Fact]
    public async Task Two_peers_with_one_address_only_falls_back_to_verified_pieces()
    {
        await using var content = await TestContent.CreateAsync(4 * MiB, MiB, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);
        ByteRange[] ranges = [new(100, 30_000)];

        var result = await torrent.FetchAsync(ranges, VerificationPolicy.TwoPeers, Token);

        Assert.True(result.Verified);
        await torrent.AssertSameAsync(content.Torrent, ranges, verified: true, Token);
    }

    [Fact]
    public async Task Interest_never_flaps_before_the_first_request()
    {
        await using var content = await TestContent.CreateAsync(4 * MiB, MiB, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);

        await torrent.FetchAsync([new ByteRange(2 * MiB, 100)], VerificationPolicy.Blocks, Token);

        var before = seed.Received.TakeWhile(m => m.Kind != PeerMessageKind.Request).Select(m => m.Kind).ToList();
        Assert.Contains(PeerMessageKind.Interested, before);
        Assert.DoesNotContain(PeerMessageKind.NotInterested, before);
    }

    [Fact]
    public async Task Only_the_blocks_of_the_ranges_are_requested()
    {
        await using var content = await TestContent.CreateAsync(4 * MiB, MiB, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);

        await torrent.FetchAsync([new ByteRange(MiB + 16_384, 16_384), new ByteRange(3 * MiB - 1, 2)], VerificationPolicy.Blocks, Token);

        PeerBlock[] expected = [new(1, 16_384, 16_384), new(2, MiB - 16_384, 16_384), new(3, 0, 16_384)];
        Assert.Equal(expected.ToHashSet(), seed.RequestedBlocks);
    }

    [Fact]
    public async Task Two_users_of_one_torrent_share_it()
    {
        await using var content = await TestContent.CreateAsync(4 * MiB, MiB, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        var first = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);
        await using var second = await engine.AddAsync(new TorrentSource.Infohash(content.Torrent.Infohash), new AddTorrentOptions(), Token);
        ByteRange[] ranges = [new(0, 16_384)];
        await first.FetchAsync(ranges, VerificationPolicy.Blocks, Token);
        await first.DisposeAsync();

        await second.GetMetadataAsync(LocalEngine.Patience, Token);

        await second.AssertSameAsync(content.Torrent, ranges, verified: false, Token);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await first.ReadAsync(0, new byte[1], Token));
    }
}
