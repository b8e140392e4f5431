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

        await Download.ByAriaAsync(directory, torrent, seeder.Endpoint);

        await Poll.UntilAsync("it counted the upload", async token => await seeder.GetUploadedBytesAsync(token) >= ContentBytes, TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Transmission_to_aria2_at_an_address_that_was_chosen()
    {
        await using var directory = new TempDirectory();
        var torrent = await Content.TorrentAsync(directory, ContentBytes);
        var address = LoopbackAddress.Next();
        await using var seeder = await TransmissionSeeder.StartAsync(torrent, Token, new SeederOptions { Address = address });

        await Download.ByAriaAsync(directory, torrent, seeder.Endpoint);

        Assert.Equal(address, seeder.Endpoint.Address);
    }

    [Fact]
    public async Task QBittorrent_to_aria2()
    {
        await using var directory = new TempDirectory();
        var torrent = await Content.TorrentAsync(directory, ContentBytes);
        await using var seeder = await QBittorrentSeeder.StartAsync(torrent, Token);

        await Download.ByAriaAsync(directory, torrent, seeder.Endpoint);

        await Poll.UntilAsync("it counted the upload", async token => await seeder.GetUploadedBytesAsync(token) >= ContentBytes, TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Aria2_to_qBittorrent()
    {
        await using var directory = new TempDirectory();
        var torrent = await Content.TorrentAsync(directory, ContentBytes);
        await using var seeder = await AriaSeeder.StartAsync(torrent, Token);

        await Download.ByQBittorrentAsync(directory, torrent, seeder.Endpoint);

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

        await Download.ByAriaAsync(directory, torrent, seeder.Endpoint, compare: false);

        Assert.Equal(["a.bin", "sub/b.bin"], torrent.Files.Select(file => file.Path));
        Assert.Equal(
            await File.ReadAllBytesAsync(directory["seed/folder/sub/b.bin"], Token),
            await File.ReadAllBytesAsync(directory["leech/folder/sub/b.bin"], Token));
    }

    [Fact]
    public async Task Until_they_are_suspended_and_again_when_resumed()
    {
        await using var directory = new TempDirectory();
        var torrent = await Content.TorrentAsync(directory, ContentBytes);
        await using var seeder = await AriaSeeder.StartAsync(torrent, Token);
        seeder.Suspend();
        await Poll.UntilAsync("the kernel says that it is stopped", () => ProcessState(seeder.Pid) == 'T', TimeSpan.FromSeconds(5), Token);
        var download = Download.ByAriaAsync(directory, torrent, seeder.Endpoint);
        await using var probe = new ConnectedSilence(seeder.Endpoint);

        var silent = await probe.IsSilentAsync(TimeSpan.FromSeconds(1), Token);
        Assert.True(silent, "A suspended seeder answered a handshake.");
        Assert.False(download.IsCompleted);
        seeder.Resume();

        await download;
    }

    private static char ProcessState(int pid) => File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1][0];
}
