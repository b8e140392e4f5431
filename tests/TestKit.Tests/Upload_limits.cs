namespace EventTorrent.TestKit.Tests;

public class Upload_limits
{
    private const int ContentBytes = 3_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(typeof(TransmissionSeeder))]
    [InlineData(typeof(AriaSeeder))]
    [InlineData(typeof(QBittorrentSeeder))]
    public async Task Hold_on_loopback(Type kind)
    {
        const int Rate = 500_000;
        await using var directory = new TempDirectory();
        var torrent = await Content.TorrentAsync(directory, ContentBytes);
        var options = new SeederOptions { UploadBytesPerSecond = Rate };
        await using Seeder seeder =
            kind == typeof(AriaSeeder) ? await AriaSeeder.StartAsync(torrent, Token, options)
            : kind == typeof(QBittorrentSeeder) ? await QBittorrentSeeder.StartAsync(torrent, Token, options)
            : await TransmissionSeeder.StartAsync(torrent, Token, options);
        var clock = System.Diagnostics.Stopwatch.StartNew();

        await Download.ByAriaAsync(directory, torrent, seeder.Endpoint);

        // Half the ideal time is left to bursts and to what the limit does not count.
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.5 * ContentBytes / Rate), TimeSpan.FromSeconds(50));
    }
}
