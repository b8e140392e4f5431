namespace EventTorrent.TestKit.Tests;

/// <summary>Files of random bytes, and the comparison of what arrived.</summary>
internal static class Content
{
    public static async Task<TestTorrent> TorrentAsync(TempDirectory directory, int bytes, TorrentBuilder? builder = null)
    {
        var path = Path.Combine(directory.CreateDirectory("seed"), "content.bin");
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
        return await (builder ?? new TorrentBuilder()).BuildAsync(path, TestContext.Current.CancellationToken);
    }

    public static async Task AssertArrivedAsync(TestTorrent torrent, string directory)
    {
        var expected = await File.ReadAllBytesAsync(torrent.Files[0].FullPath, TestContext.Current.CancellationToken);
        var actual = await File.ReadAllBytesAsync(Path.Combine(directory, torrent.Name), TestContext.Current.CancellationToken);
        Assert.True(expected.AsSpan().SequenceEqual(actual), "The downloaded file differs from the seeded one.");
    }
}
