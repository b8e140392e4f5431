using System.Net;
using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>What can't give pictures ends with a name, soon.</summary>
public sealed class BadTorrents
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_torrent_without_a_video_is_named_so() =>
        Assert.Equal("NoVideoFile", await FailureOfAsync("notes.txt", new byte[100_000]));

    [Fact]
    public async Task A_file_that_only_says_that_it_is_a_video_is_named_so() =>
        Assert.Equal("NotAVideo", await FailureOfAsync("film.mp4", [.. "#EXTM3U\nhttp://127.0.0.1/x\n"u8, .. new byte[100_000]]));

    [Theory]
    [InlineData("film.mp4")]
    [InlineData("film.mkv")]
    public async Task An_archive_that_calls_itself_a_video_is_named_so(string name)
    {
        Assert.Equal("PackedArchive", await FailureOfAsync(name, [.. "Rar!\u001A\u0007\u0001\0"u8, .. new byte[100_000]]));
        Assert.Equal("PackedArchive", await FailureOfAsync(name, [.. "PK\u0003\u0004"u8, .. new byte[100_000]]));
    }

    [Fact]
    public async Task A_release_in_archive_volumes_is_named_so_at_once()
    {
        await using var directory = new TempDirectory();
        var release = directory.CreateDirectory("Film.2019.1080p-GRP");
        foreach (var name in new[] { "film.rar", "film.r00", "film.r01", "film.nfo" })
        {
            await File.WriteAllBytesAsync(Path.Combine(release, name), [.. "Rar!\u001A\u0007\0"u8, .. new byte[50_000]], Cancellation);
        }

        var task = await EndOfAsync(directory, release);

        Assert.Equal("PackedArchive", task.Failure());
        Assert.Equal(
            "The videos are inside an archive (.rar): they can't be shown without downloading it.",
            task.GetProperty("failure").GetProperty("message").GetString());
        Assert.Equal(0, task.GetProperty("bytes_fetched").GetInt64());
    }

    [Fact]
    public async Task An_index_that_lies_is_named_so()
    {
        var film = await File.ReadAllBytesAsync(
            await TestVideo.MakeAsync(Films.TwoMinutes with { Duration = TimeSpan.FromSeconds(5), MoovAtFront = true }, Cancellation), Cancellation);
        // The chunk offsets all point behind the end of the file.
        var stco = film.AsSpan().IndexOf("stco"u8);
        film.AsSpan(stco + 12, 4 * 1).Fill(0x7F);
        for (var at = stco + 12; at + 4 < stco - 4 + (film[stco - 3] << 16 | film[stco - 2] << 8 | film[stco - 1]); at += 4)
        {
            film.AsSpan(at, 4).Fill(0x7F);
        }

        Assert.Equal("IndexMalformed", await FailureOfAsync("film.mp4", film));
    }

    [Fact]
    public async Task A_torrent_that_nobody_has_fails_by_name_and_is_tried_again()
    {
        await using var directory = new TempDirectory();
        await using var server = await Server.StartAsync(directory.FullPath, ("Screenshots:MetadataTimeout", "00:00:02"));
        var infohash = new string('a', 40);

        Assert.Equal(HttpStatusCode.Created, await server.SubmitAsync(("infohash", infohash)));
        var task = await server.WaitForAsync(infohash, task => task.Failure() is not null, Deadline);

        Assert.Equal(("MetadataTimeout", "recoverable_failure"), (task.Failure(), task.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_broken_torrent_file_is_refused_at_the_door()
    {
        await using var directory = new TempDirectory();
        await using var server = await Server.StartAsync(directory.FullPath);

        foreach (var (name, bytes) in BrokenTorrents.Refused)
        {
            Assert.True(await server.SubmitFileAsync(bytes) is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, name);
        }
    }

    private static async Task<string?> FailureOfAsync(string name, byte[] content)
    {
        await using var directory = new TempDirectory();
        await File.WriteAllBytesAsync(directory[name], content, Cancellation);
        return (await EndOfAsync(directory, directory[name])).Failure();
    }

    private static async Task<JsonElement> EndOfAsync(TempDirectory directory, string content)
    {
        var torrent = await new TorrentBuilder().BuildAsync(content, Cancellation);
        await using var peer = new ScriptedPeer(torrent);
        await using var server = await Server.StartAsync(directory.CreateDirectory("data"));

        Assert.Equal(HttpStatusCode.Created, await server.SubmitAsync(("magnet", torrent.Magnet(peer.Endpoint))));
        var task = await server.WaitForAsync(torrent.Infohash, JsonExtensions.IsOver, Deadline);

        Assert.Equal(("Failed", "permanent_failure"), (task.State(), task.GetProperty("status").GetString()));
        return task;
    }
}
