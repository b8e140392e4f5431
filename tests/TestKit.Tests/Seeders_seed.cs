using System.Net;

namespace EventTorrent.TestKit.Tests;

/// <summary>Each seeder is proved by an independent client that downloads from it.</summary>
public class Seeders_seed
{
    private const int ContentBytes = 3_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Transmission_to_aria2()
    {
        await using var directory = new TempDirectory();
        var torrent = await Content.TorrentAsync(directory, ContentBytes);
        await using var seeder = await TransmissionSeeder.StartAsync(torrent, Token);

        await DownloadByAriaAsync(directory, torrent, seeder.Endpoint);

        await Poll.UntilAsync("it counted the upload", async token => await seeder.GetUploadedBytesAsync(token) >= ContentBytes, TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task QBittorrent_to_aria2()
    {
        await using var directory = new TempDirectory();
        var torrent = await Content.TorrentAsync(directory, ContentBytes);
        await using var seeder = await QBittorrentSeeder.StartAsync(torrent, Token);

        await DownloadByAriaAsync(directory, torrent, seeder.Endpoint);

        await Poll.UntilAsync("it counted the upload", async token => await seeder.GetUploadedBytesAsync(token) >= ContentBytes, TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Aria2_to_qBittorrent()
    {
        await using var directory = new TempDirectory();
        var torrent = await Content.TorrentAsync(directory, ContentBytes);
        await using var seeder = await AriaSeeder.StartAsync(torrent, Token);

        await DownloadByQBittorrentAsync(directory, torrent, seeder.Endpoint);

        await Poll.UntilAsync("it counted the upload", async token => await seeder.GetUploadedBytesAsync(token) >= ContentBytes, TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Transmission_to_qBittorrent_through_the_tracker()
    {
        await using var directory = new TempDirectory();
        await using var tracker = new LocalTracker();
        var torrent = await Content.TorrentAsync(directory, ContentBytes, new TorrentBuilder { Trackers = [tracker.Url], IsPrivate = true });
        await using var seeder = await TransmissionSeeder.StartAsync(torrent, Token);
        await using var leecher = await QBittorrentSeeder.StartEmptyAsync(Token);
        await Poll.UntilAsync("the seeder announced itself", () => tracker.PeersOf(torrent.Infohash).Contains(seeder.Endpoint), TimeSpan.FromSeconds(20), Token);

        await leecher.AddAsync(torrent, directory.CreateDirectory("leech"), skipChecking: false, Token);
        await leecher.WaitUntilCompleteAsync(Token);

        await Content.AssertArrivedAsync(torrent, directory["leech"]);
        Assert.True(tracker.Announces >= 2);
    }

    [Fact]
    public async Task A_folder_of_files()
    {
        await using var directory = new TempDirectory();
        var folder = directory.CreateDirectory("seed/folder/sub");
        await File.WriteAllBytesAsync(directory["seed/folder/a.bin"], new byte[70_000], Token);
        await File.WriteAllBytesAsync(Path.Combine(folder, "b.bin"), [.. Enumerable.Repeat((byte)7, 90_000)], Token);
        var torrent = await new TorrentBuilder { PieceLengthBytes = 16 * 1024 }.BuildAsync(directory["seed/folder"], Token);
        await using var seeder = await TransmissionSeeder.StartAsync(torrent, Token);

        await DownloadByAriaAsync(directory, torrent, seeder.Endpoint, compare: false);

        Assert.Equal(["a.bin", "sub/b.bin"], torrent.Files.Select(file => file.Path));
        Assert.Equal(
            await File.ReadAllBytesAsync(directory["seed/folder/sub/b.bin"], Token),
            await File.ReadAllBytesAsync(directory["leech/folder/sub/b.bin"], Token));
    }

    [Theory]
    [InlineData(typeof(TransmissionSeeder))]
    [InlineData(typeof(AriaSeeder))]
    [InlineData(typeof(QBittorrentSeeder))]
    public async Task Under_an_upload_limit(Type kind)
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

        await DownloadByAriaAsync(directory, torrent, seeder.Endpoint);

        // Half the ideal time is left to bursts and to what the limit does not count.
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.5 * ContentBytes / Rate), TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task Until_they_are_suspended_and_again_when_resumed()
    {
        await using var directory = new TempDirectory();
        var torrent = await Content.TorrentAsync(directory, ContentBytes);
        await using var seeder = await AriaSeeder.StartAsync(torrent, Token);
        seeder.Suspend();
        await Poll.UntilAsync("the kernel says that it is stopped", () => ProcessState(seeder.Pid) == 'T', TimeSpan.FromSeconds(5), Token);
        var download = DownloadByAriaAsync(directory, torrent, seeder.Endpoint);
        await using var probe = new ConnectedSilence(seeder.Endpoint);

        var silent = await probe.IsSilentAsync(TimeSpan.FromSeconds(1), Token);
        Assert.True(silent, "A suspended seeder answered a handshake.");
        Assert.False(download.IsCompleted);
        seeder.Resume();

        await download;
    }

    private static char ProcessState(int pid) => File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1][0];

    private static async Task DownloadByAriaAsync(TempDirectory directory, TestTorrent torrent, IPEndPoint seeder, bool compare = true)
    {
        await using var tracker = new LocalTracker();
        tracker.Add(torrent.Infohash, seeder);
        var target = directory.CreateDirectory("leech");
        await using var leecher = await AriaSeeder.StartDownloadAsync(torrent.WithTrackers(tracker.Url), target, Token);
        await leecher.WaitUntilCompleteAsync(Token);
        if (compare)
        {
            await Content.AssertArrivedAsync(torrent, target);
        }
    }

    private static async Task DownloadByQBittorrentAsync(TempDirectory directory, TestTorrent torrent, IPEndPoint seeder)
    {
        var target = directory.CreateDirectory("leech");
        await using var leecher = await QBittorrentSeeder.StartEmptyAsync(Token);
        await leecher.AddAsync(torrent, target, skipChecking: false, Token);
        await leecher.AddPeerAsync(torrent, seeder, Token);
        await leecher.WaitUntilCompleteAsync(Token);
        await Content.AssertArrivedAsync(torrent, target);
    }
}
