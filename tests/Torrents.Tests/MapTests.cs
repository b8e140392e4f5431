using EventTorrent.TestKit;

namespace EventTorrent.Torrents.Tests;

/// <summary>What is shown of what is here.</summary>
public sealed class MapTests
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_shows_the_blocks_that_were_fetched_and_nothing_else()
    {
        await using var content = await TestContent.CreateAsync(4 * MiB, MiB, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);

        Assert.All(torrent.ReadMap(new ByteRange(0, 4 * MiB), 256), part => Assert.Equal(0, part));
        await torrent.FetchAsync([new ByteRange(MiB + 16_384, 16_384), new ByteRange(3 * MiB, MiB)], VerificationPolicy.Blocks, Token);

        // Each part is a block.
        Assert.Equal(
            Enumerable.Range(0, 256).Select(part => part is 65 or >= 192 ? 255 : 0), torrent.ReadMap(new ByteRange(0, 4 * MiB), 256).Select(part => (int)part));
        // Of 64 blocks one: more than none.
        Assert.Equal<byte>([0, 4, 0, 255], torrent.ReadMap(new ByteRange(0, 4 * MiB), 4));
        Assert.Equal<byte>([255], torrent.ReadMap(new ByteRange(MiB + 20_000, 100), 256));
    }

    [Theory]
    [InlineData(0, 3_000_001, 256)]
    [InlineData(100, 2_999_000, 7)]
    [InlineData(1_999_999, 1_000_002, 255)]
    [InlineData(65_536, 40_000, 2)]
    public async Task Parts_that_cut_blocks_are_counted_by_the_byte(int offset, int length, int most)
    {
        await using var content = await TestContent.CreateAsync(3_000_001, 256 * 1024, Token);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.JoinAsync(content.Torrent, Token, seed.Endpoint);
        ByteRange[] ranges = [new(0, 1), new(70_000, 200_000), new(1_000_000, 30_000), new(2_000_000, 1), new(3_000_000, 1)];
        await torrent.FetchAsync(ranges, VerificationPolicy.Blocks, Token);

        var map = torrent.ReadMap(new ByteRange(offset, length), most);

        var here = new bool[3_000_001];
        foreach (var range in ranges)
        {
            // Pieces are whole numbers of blocks here.
            var first = (int)(range.Offset / 16_384 * 16_384);
            here.AsSpan()[first..(int)Math.Min(here.Length, (range.End + 16_383) / 16_384 * 16_384)].Fill(true);
        }

        Assert.Equal(Math.Min(most, length / 16_384), map.Length);
        for (var part = 0; part < map.Length; part++)
        {
            var bytes = here.AsSpan(offset)[(int)((long)length * part / map.Length)..(int)((long)length * (part + 1) / map.Length)];
            Assert.Equal(bytes.Contains(true) ? bytes.Contains(false) ? 1 + (bytes.Count(true) * 253 / bytes.Length) : 255 : 0, map[part]);
        }
    }

    [Fact]
    public async Task That_of_a_download_shows_its_pieces()
    {
        const int PieceLengthBytes = 64 * 1024;
        await using var content = await TestContent.CreateAsync(10 * PieceLengthBytes - 1, PieceLengthBytes, Token);
        await using var some = new ScriptedPeer(content.Torrent, new PeerBehaviour { Has = piece => piece is 0 or 7 or 9 });
        await using var all = new ScriptedPeer(content.Torrent);
        await using var downloads = LocalDownloads.Start();
        await using var download = await downloads.BeginAsync(content.Torrent, Token, some.Endpoint);
        await Poll.UntilAsync("what the first peer has is here", () => download.Progress.DoneBytes == (3 * PieceLengthBytes) - 1, LocalEngine.Patience, Token);

        Assert.Equal<byte>([255, 0, 0, 0, 0, 0, 0, 255, 0, 255], download.ReadMap(256));
        Assert.Equal<byte>([51, 102], download.ReadMap(2));
        download.ConnectPeer(all.Endpoint.ToString());
        await LocalDownloads.UntilCompleteAsync(download, Token);

        Assert.Equal(Enumerable.Repeat<byte>(255, 10), download.ReadMap(256));
    }

    [Fact]
    public async Task That_of_a_download_is_empty_before_anything_is_wanted()
    {
        await using var content = await TestContent.CreateAsync(MiB, 64 * 1024, Token);
        await using var downloads = LocalDownloads.Start();
        await using var download = await downloads.Engine.AddAsync(
            new TorrentSource.Infohash(content.Torrent.Infohash), new DownloadOptions { Directory = downloads.FullPath }, Token);

        Assert.Empty(download.ReadMap(256));
    }
}
