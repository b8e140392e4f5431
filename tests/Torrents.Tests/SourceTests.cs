using System.Text;
using EventTorrent.TestKit;

namespace EventTorrent.Torrents.Tests;

public sealed class SourceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> RefusedNames => [.. BrokenTorrents.Refused.Keys];

    public static TheoryData<string> HostileNames => [.. BrokenTorrents.HostilePaths.Keys];

    [Theory]
    [InlineData("")]
    [InlineData("http://example.org/")]
    [InlineData("magnet:?dn=nothing")]
    [InlineData("magnet:?xt=urn:btih:xyz")]
    [InlineData("magnet:?xt=urn:btih:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&xt=urn:btih:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    public async Task A_broken_magnet_is_malformed(string uri)
    {
        await using var engine = LocalEngine.Start();

        var failure = await Assert.ThrowsAsync<TorrentException>(() => engine.AddAsync(new TorrentSource.Magnet(uri), new AddTorrentOptions(), Token));

        Assert.Equal(TorrentErrorKind.MalformedSource, failure.Kind);
    }

    [Fact]
    public void Names_that_many_files_share_cost_no_more_than_they_are_long()
    {
        // BEP 52: 8,000 files in directories of a million characters would be gigabytes of paths.
        static string Entry(string name, string content) => $"{name.Length}:{name}d{content}e";
        var leaves = string.Concat(Enumerable.Range(0, 8000).Select(file => Entry($"f{file:0000}", "0:d6:lengthi0ee")));
        var tree = Enumerable.Range(0, 8).Aggregate(leaves, (inner, depth) => Entry(new string((char)('a' + depth), 1_000_000), inner));
        var info = Encoding.ASCII.GetBytes($"d9:file treed{tree}e12:meta versioni2e4:name1:x12:piece lengthi16384ee");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var read = TorrentFileReader.TryReadInfo(info, out _, out var error);

        Assert.False(read);
        Assert.Equal(TorrentErrorKind.LimitExceeded, error!.Kind);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Control_characters_of_names_do_not_come_through()
    {
        var info = Encoding.ASCII.GetBytes("d6:lengthi1e4:name4:a\0\nb12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaae");

        Assert.True(TorrentFileReader.TryReadInfo(info, out var metadata, out _));

        Assert.Equal("a\uFFFD\uFFFDb", metadata.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("１１１１１１１１１１１１１１１１１１１１１１１１１１１１１１１１１１１１１１１１")]
    public async Task A_broken_infohash_is_malformed(string hex)
    {
        await using var engine = LocalEngine.Start();

        var failure = await Assert.ThrowsAsync<TorrentException>(() => engine.AddAsync(new TorrentSource.Infohash(hex), new AddTorrentOptions(), Token));

        Assert.Equal(TorrentErrorKind.MalformedSource, failure.Kind);
    }

    [Fact]
    public async Task A_magnet_of_a_megabyte_is_over_the_limit()
    {
        await using var engine = LocalEngine.Start();
        var uri = "magnet:?xt=urn:btih:" + new string('a', 1_000_000);

        var failure = await Assert.ThrowsAsync<TorrentException>(() => engine.AddAsync(new TorrentSource.Magnet(uri), new AddTorrentOptions(), Token));

        Assert.Equal(TorrentErrorKind.LimitExceeded, failure.Kind);
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public async Task A_broken_torrent_file_is_refused_by_name(string name)
    {
        await using var engine = LocalEngine.Start();

        var failure = await Assert.ThrowsAsync<TorrentException>(
            () => engine.AddAsync(new TorrentSource.TorrentFile(BrokenTorrents.Refused[name]), new AddTorrentOptions(), Token));

        Assert.Contains(failure.Kind, (TorrentErrorKind[])[TorrentErrorKind.MalformedSource, TorrentErrorKind.LimitExceeded]);
    }

    [Theory]
    [MemberData(nameof(HostileNames))]
    public async Task Hostile_names_are_text_and_nothing_else(string name)
    {
        await using var engine = LocalEngine.Start();
        ITorrent torrent;
        try
        {
            torrent = await engine.AddAsync(new TorrentSource.TorrentFile(BrokenTorrents.HostilePaths[name]), new AddTorrentOptions(), Token);
        }
        catch (TorrentException e)
        {
            Assert.Equal(TorrentErrorKind.MalformedSource, e.Kind);
            return;
        }
        await using var added = torrent;

        var metadata = await torrent.GetMetadataAsync(LocalEngine.Patience, Token);

        Assert.Equal(16 * 1024, metadata.TotalBytes);
        Assert.False(File.Exists("/tmp/name"));
        Assert.False(Directory.Exists("/eventtorrent-memory"));
    }

    [Fact]
    public void Claims_above_the_limits_are_refused()
    {
        Assert.False(TorrentFileReader.TryRead(BrokenTorrents.WithFiles(TorrentLimits.MaxFiles + 1), out _, out var files));
        Assert.False(TorrentFileReader.TryRead(BrokenTorrents.WithPieces(TorrentLimits.MaxPieces + 1), out _, out var pieces));
        Assert.False(TorrentFileReader.TryRead(BrokenTorrents.WithTrackers(TorrentLimits.MaxTrackers + 1), out _, out var trackers));
        Assert.False(TorrentFileReader.TryRead(new byte[TorrentLimits.MaxTorrentFileBytes + 1], out _, out var length));

        Assert.All([files, pieces, trackers, length], e => Assert.Equal(TorrentErrorKind.LimitExceeded, e.Kind));
    }

    [Fact]
    public async Task Claims_at_the_limits_are_taken()
    {
        Assert.True(TorrentFileReader.TryRead(BrokenTorrents.WithFiles(TorrentLimits.MaxFiles), out var files, out _));
        Assert.True(TorrentFileReader.TryRead(BrokenTorrents.WithPieces(TorrentLimits.MaxPieces), out var pieces, out _));
        Assert.True(TorrentFileReader.TryRead(BrokenTorrents.WithTrackers(TorrentLimits.MaxTrackers), out var trackers, out _));
        await using var engine = LocalEngine.Start();
        await using var torrent = await engine.AddAsync(
            new TorrentSource.TorrentFile(BrokenTorrents.WithPieces(TorrentLimits.MaxPieces)), new AddTorrentOptions(), Token);

        Assert.Equal(TorrentLimits.MaxFiles, files.Metadata.Files.Count);
        Assert.Equal(TorrentLimits.MaxPieces, pieces.Metadata.PieceCount);
        Assert.Equal(TorrentLimits.MaxTrackers, trackers.Trackers.Count);
        Assert.Equal(TorrentLimits.MaxPieces, (await torrent.GetMetadataAsync(LocalEngine.Patience, Token)).PieceCount);
    }
}
