using System.Net;
using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

public sealed class FromAnInfohashToScreenshots
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_magnet_gives_pictures_and_the_video_was_never_downloaded()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var seeder = await TransmissionSeeder.StartAsync(torrent, Cancellation);
        await using var directory = new TempDirectory();
        await using var server = await Server.StartAsync(directory.FullPath);

        Assert.Equal(HttpStatusCode.Created, await server.SubmitAsync(("magnet", torrent.Magnet(seeder.Endpoint)), ("shots", "6")));
        var task = await server.WaitForAsync(torrent.Infohash, JsonExtensions.IsOver, Deadline);

        Assert.Equal("Completed", task.State());
        Assert.Equal("success", task.GetProperty("status").GetString());
        Assert.Equal(6, task.Shots().Count);
        Assert.InRange(task.GetProperty("bytes_fetched").GetInt64(), 1, torrent.TotalBytes / 4);
        Assert.Equal(task.GetProperty("bytes_fetched").GetInt64(), await seeder.GetUploadedBytesAsync(Cancellation), torrent.TotalBytes * 0.02);
        var map = task.GetProperty("files")[0].GetProperty("map").GetBytesFromBase64();
        Assert.Contains(map, part => part > 0);
        Assert.True(map.Count(part => part == 0) > map.Length / 2, Convert.ToHexString(map));
        foreach (var shot in task.Shots())
        {
            Assert.Equal((640, 360), (shot.GetProperty("width").GetInt32(), shot.GetProperty("height").GetInt32()));
            Assert.Equal([0xFF, 0xD8], (await server.GetBytesAsync(shot.GetProperty("url").GetString()!))[..2]);
        }

        Assert.Equal(HttpStatusCode.OK, await server.SubmitAsync(("infohash", torrent.Infohash)));
        Assert.Equal(HttpStatusCode.NoContent, await server.DeleteAsync(torrent.Infohash));
        Assert.Empty(Directory.EnumerateFiles(directory.FullPath, "*.jpg", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Every_film_of_a_torrent_is_shown_under_its_own_file_and_its_extras_are_not()
    {
        await using var directory = new TempDirectory();
        var content = directory.CreateDirectory("Films");
        var film = await TestVideo.MakeAsync(Films.TwoMinutes with { Duration = TimeSpan.FromSeconds(20) }, Cancellation);
        var trailer = await TestVideo.MakeAsync(Films.TwoMinutes with { Duration = TimeSpan.FromSeconds(10) }, Cancellation);
        Directory.CreateDirectory(Path.Combine(content, "Sample"));
        File.Copy(film, Path.Combine(content, "a.mp4"));
        File.Copy(film, Path.Combine(content, "b.mp4"));
        File.Copy(trailer, Path.Combine(content, "b-trailer.mp4"));
        File.Copy(trailer, Path.Combine(content, "Sample", "a.mp4"));
        var torrent = await new TorrentBuilder().BuildAsync(content, Cancellation);
        await using var seeder = new ScriptedPeer(torrent);
        await using var server = await Server.StartAsync(directory.CreateDirectory("data"));

        await server.SubmitAsync(("magnet", torrent.Magnet(seeder.Endpoint)), ("shots", "2"));
        var task = await server.WaitForAsync(torrent.Infohash, JsonExtensions.IsOver, Deadline);
        var sidecar = JsonDocument.Parse(await server.GetBytesAsync($"/tasks/{torrent.Infohash}/screenshots.json")).RootElement;
        var sheet = await server.GetBytesAsync($"/tasks/{torrent.Infohash}/sheet.jpg?file={task.Shots()[^1].GetProperty("file").GetInt32()}");

        Assert.Equal("Completed", task.State());
        Assert.Equal(
            ["a.mp4", "a.mp4", "b.mp4", "b.mp4"],
            sidecar.GetProperty("screenshots").EnumerateArray().Select(shot => shot.GetProperty("path").GetString()).Order());
        Assert.Equal(4, sidecar.GetProperty("screenshots").EnumerateArray().Select(shot => shot.GetProperty("url").GetString()).Distinct().Count());
        Assert.Equal([0xFF, 0xD8], sheet[..2]);
    }

    [Fact]
    public async Task A_bare_infohash_finds_its_peers_through_the_dht()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var node = new DhtNode();
        await using var seeder = await AriaSeeder.StartAsync(torrent, Cancellation, new SeederOptions { DhtEntry = node.Endpoint });
        await Poll.UntilAsync(
            "The seeder is announced in the DHT.", () => node.PeersOf(torrent.Infohash).Count > 0, Deadline, Cancellation);
        await using var directory = new TempDirectory();
        await using var server = await Server.StartAsync(
            directory.FullPath, ("Torrents:Dht", "true"), ("Torrents:DhtBootstrap", node.Endpoint.ToString()));

        Assert.Equal(HttpStatusCode.Created, await server.SubmitAsync(("infohash", torrent.Infohash), ("shots", "3")));
        var task = await server.WaitForAsync(torrent.Infohash, JsonExtensions.IsOver, Deadline);

        Assert.Equal(("Completed", 3), (task.State(), task.Shots().Count));
    }

    [Fact]
    public async Task A_killed_process_goes_on_where_it_was_and_takes_no_stored_picture_again()
    {
        const int Shots = 8;
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var slow = new ScriptedPeer(torrent, new PeerBehaviour { BytesPerSecond = 100_000 });
        await using var directory = new TempDirectory();
        int stored;
        // Disposing kills it (SIGKILL), without a word of warning.
        await using (var first = await Server.StartAsync(directory.FullPath))
        {
            await first.SubmitAsync(("magnet", torrent.Magnet(slow.Endpoint)), ("shots", $"{Shots}"));
            stored = (await first.WaitForAsync(torrent.Infohash, task => task.Shots().Count >= 2, Deadline)).Shots().Count;
        }

        Assert.InRange(stored, 2, Shots - 1);

        var pictures = Directory.EnumerateFiles(directory.FullPath, "*.jpg", SearchOption.AllDirectories)
            .ToDictionary(path => path, File.GetLastWriteTimeUtc);
        await using var fast = new ScriptedPeer(torrent);
        await using var second = await Server.StartAsync(directory.FullPath);
        await second.SubmitAsync(("magnet", torrent.Magnet(fast.Endpoint)));
        var ended = await second.WaitForAsync(torrent.Infohash, JsonExtensions.IsOver, Deadline);

        Assert.Equal(("Completed", Shots), (ended.State(), ended.Shots().Count));
        // Every picture that was in its place before the kill is untouched, but for one whose word had not come through yet.
        Assert.True(pictures.Count(picture => File.GetLastWriteTimeUtc(picture.Key) == picture.Value) >= stored);
        Assert.DoesNotContain(Directory.EnumerateFiles(directory.FullPath, "*", SearchOption.AllDirectories), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }
}
