using System.Net;
using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>A task that wants a stream, from its magnet link to the playlist.</summary>
public sealed class Downloading_for_a_stream
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_process_goes_on_where_it_was_and_the_whole_film_can_be_played()
    {
        var torrent = await Films.ShortTorrentAsync(Cancellation);
        await using var slow = new ScriptedPeer(torrent, new PeerBehaviour { BytesPerSecond = (int)(torrent.TotalBytes / 8) });
        await using var directory = new TempDirectory();
        // Disposing kills it (SIGKILL), without a word of warning.
        await using (var first = await StartAsync(directory))
        {
            await first.SubmitAsync(("magnet", torrent.Magnet(slow.Endpoint)), ("want", "stream"));
            var loading = await first.WaitForAsync(torrent.Infohash, task => DoneBytes(task) > torrent.TotalBytes / 4, Deadline);
            Assert.Equal("Downloading", loading.State());
            Assert.InRange(loading.GetProperty("progress").GetDouble(), 0.2, 1);
        }

        var sent = slow.SentBytes;
        await using var second = await StartAsync(directory);
        var task = await second.WaitForAsync(torrent.Infohash, task => task.State() == "Playable", Deadline);

        Assert.All(task.GetProperty("download").GetProperty("map").GetBytesFromBase64(), part => Assert.Equal(255, part));
        Assert.Equal(
            await File.ReadAllBytesAsync(torrent.Files[0].FullPath, Cancellation), await File.ReadAllBytesAsync(FileOf(directory, torrent), Cancellation));
        Assert.InRange(slow.SentBytes - sent, 1, torrent.TotalBytes * 9 / 10);
        await AssertPlaysAsync(Path.Combine(directory["volume"], torrent.Infohash, "0.hls", "master.m3u8"), Films.TwelveSeconds);
    }

    [Fact]
    public async Task A_paused_download_takes_no_byte_and_goes_on_when_it_is_resumed()
    {
        var torrent = await Films.ShortTorrentAsync(Cancellation);
        await using var slow = new ScriptedPeer(torrent, new PeerBehaviour { BytesPerSecond = (int)(torrent.TotalBytes / 30) });
        await using var directory = new TempDirectory();
        await using var server = await StartAsync(directory);
        await server.SubmitAsync(("magnet", torrent.Magnet(slow.Endpoint)), ("want", "stream"));
        await server.WaitForAsync(torrent.Infohash, task => DoneBytes(task) > 0, Deadline);

        Assert.Equal(HttpStatusCode.OK, await server.WishAsync(torrent.Infohash, "pause"));
        await using (var effect = new Effect("the pause"))
        {
            await server.WaitForAsync(torrent.Infohash, task => task.State() == "Paused", Deadline);
            await Poll.UntilAsync("its files are let go", () => !File.Exists(LockOf(directory, torrent)) || CanTake(LockOf(directory, torrent)), Deadline, Cancellation);
            effect.AssertInTime();
        }

        var sent = slow.SentBytes;
        // A block that was on its way may still have been counted as sent.
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        Assert.InRange(slow.SentBytes - sent, 0, 16 * 1024);
        Assert.True(File.Exists(FileOf(directory, torrent)));
        await using var fast = new ScriptedPeer(torrent);
        await server.SubmitAsync(("magnet", torrent.Magnet(fast.Endpoint)), ("want", "stream"));
        Assert.Equal(HttpStatusCode.OK, await server.WishAsync(torrent.Infohash, "resume"));
        await using (var effect = new Effect("the resume"))
        {
            await server.WaitForAsync(torrent.Infohash, task => task.State() is "Downloading" or "Transcoding" or "Playable", Deadline);
            effect.AssertInTime();
        }

        await server.WaitForAsync(torrent.Infohash, task => task.State() == "Playable", Deadline);
        Assert.True(slow.SentBytes + fast.SentBytes < torrent.TotalBytes * 3 / 2, $"{slow.SentBytes} + {fast.SentBytes} of {torrent.TotalBytes}");
    }

    [Fact]
    public async Task A_deleted_task_leaves_nothing_on_the_volume()
    {
        var torrent = await Films.ShortTorrentAsync(Cancellation);
        await using var slow = new ScriptedPeer(torrent, new PeerBehaviour { BytesPerSecond = (int)(torrent.TotalBytes / 30) });
        await using var directory = new TempDirectory();
        await using var server = await StartAsync(directory);
        await server.SubmitAsync(("magnet", torrent.Magnet(slow.Endpoint)), ("want", "stream"));
        await server.WaitForAsync(torrent.Infohash, task => DoneBytes(task) > 0, Deadline);
        Assert.True(File.Exists(FileOf(directory, torrent)));

        Assert.Equal(HttpStatusCode.NoContent, await server.DeleteAsync(torrent.Infohash));
        await using (var effect = new Effect("the deletion"))
        {
            await Poll.UntilAsync("all of it is gone", () => IsEmpty(directory), Deadline, Cancellation);
            effect.AssertInTime();
        }

        var sent = slow.SentBytes;
        await server.SubmitAsync(("magnet", torrent.Magnet(slow.Endpoint)), ("want", "stream"));
        await server.WaitForAsync(torrent.Infohash, task => DoneBytes(task) > 0, Deadline);
        Assert.True(slow.SentBytes > sent);
    }

    [Fact]
    public async Task What_is_deleted_and_wanted_again_at_once_many_times_is_whole_in_the_end()
    {
        var torrent = await Films.ShortTorrentAsync(Cancellation);
        await using var seed = new ScriptedPeer(torrent);
        await using var directory = new TempDirectory();
        await using var server = await StartAsync(directory);
        for (var round = 0; round < 5; round++)
        {
            await server.SubmitAsync(("magnet", torrent.Magnet(seed.Endpoint)), ("want", "stream"));
            await Poll.UntilAsync($"round {round} has a file", () => File.Exists(FileOf(directory, torrent)), Deadline, Cancellation);
            Assert.Equal(HttpStatusCode.NoContent, await server.DeleteAsync(torrent.Infohash));
        }

        await server.SubmitAsync(("magnet", torrent.Magnet(seed.Endpoint)), ("want", "stream"));
        await server.WaitForAsync(torrent.Infohash, task => task.State() == "Playable", Deadline);

        // So long a removal looks again for what somebody makes there.
        await Task.Delay(TimeSpan.FromSeconds(4), Cancellation);
        Assert.Equal(
            await File.ReadAllBytesAsync(torrent.Files[0].FullPath, Cancellation), await File.ReadAllBytesAsync(FileOf(directory, torrent), Cancellation));
        await AssertPlaysAsync(Path.Combine(directory["volume"], torrent.Infohash, "0.hls", "master.m3u8"), Films.TwelveSeconds);
        Assert.Single(Directory.EnumerateFileSystemEntries(directory["volume"]));
    }

    [Fact]
    public async Task A_torrent_file_of_which_only_a_stream_is_wanted_tells_its_files_before_there_is_a_peer()
    {
        var torrent = await Films.ShortTorrentAsync(Cancellation);
        await using var directory = new TempDirectory();
        await using var server = await StartAsync(directory);

        Assert.Equal(HttpStatusCode.Created, await server.SubmitFileAsync(torrent.FileBytes, ("want", "stream")));

        var task = await server.WaitForAsync(torrent.Infohash, task => task.State() == "Downloading", Deadline);
        Assert.Equal(torrent.Files[0].Path, Assert.Single(task.GetProperty("files").EnumerateArray()).GetProperty("path").GetString());
    }

    [Fact]
    public async Task What_a_deleted_task_left_is_played_again_without_a_peer_and_goes_when_one_says_so()
    {
        var torrent = await Films.ShortTorrentAsync(Cancellation);
        await using var directory = new TempDirectory();
        await using (var first = await StartAsync(directory))
        {
            await using var seed = new ScriptedPeer(torrent);
            await first.SubmitAsync(("magnet", torrent.Magnet(seed.Endpoint)), ("want", "stream"));
            await first.WaitForAsync(torrent.Infohash, task => task.State() == "Playable", Deadline);
            Assert.Equal(HttpStatusCode.NoContent, await first.DeleteAsync(torrent.Infohash, withData: false));
            Assert.Equal(HttpStatusCode.NotFound, await first.DeleteAsync(torrent.Infohash, withData: false));
        }

        // It looks through its volume all the time, and has nobody to ask for anything.
        await using var second = await StartAsync(directory, ("Downloads:SweepInterval", "00:00:01"));
        for (var sweep = 0; sweep < 2; sweep++)
        {
            var trash = Path.Combine(directory["volume"], $"purged-{new string('a', 40)}-{sweep}");
            Directory.CreateDirectory(trash);
            await Poll.UntilAsync($"the volume is looked through ({sweep})", () => !Directory.Exists(trash), Deadline, Cancellation, () => second.Log);
        }

        await second.SubmitAsync(("infohash", torrent.Infohash), ("want", "stream"));
        await second.WaitForAsync(torrent.Infohash, task => task.State() == "Playable", Deadline);
        Assert.Equal(
            await File.ReadAllBytesAsync(torrent.Files[0].FullPath, Cancellation), await File.ReadAllBytesAsync(FileOf(directory, torrent), Cancellation));
        await AssertPlaysAsync(Path.Combine(directory["volume"], torrent.Infohash, "0.hls", "master.m3u8"), Films.TwelveSeconds);

        Assert.Equal(HttpStatusCode.NoContent, await second.DeleteAsync(torrent.Infohash, withData: false));
        Assert.Equal(HttpStatusCode.NoContent, await second.DeleteAsync(torrent.Infohash));
        await Poll.UntilAsync("all of it is gone", () => IsEmpty(directory), Deadline, Cancellation, () => second.Log);
        Assert.Equal(HttpStatusCode.NotFound, await second.DeleteAsync(torrent.Infohash));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(100)]
    public async Task What_a_killed_process_was_to_remove_is_removed_by_the_next_and_can_be_wanted_again(int milliseconds)
    {
        var torrent = await Films.ShortTorrentAsync(Cancellation);
        await using var seed = new ScriptedPeer(torrent);
        await using var directory = new TempDirectory();
        await using (var first = await StartAsync(directory))
        {
            await first.SubmitAsync(("magnet", torrent.Magnet(seed.Endpoint)), ("want", "stream"));
            await Poll.UntilAsync("it has a file", () => File.Exists(FileOf(directory, torrent)), Deadline, Cancellation);
            Assert.Equal(HttpStatusCode.NoContent, await first.DeleteAsync(torrent.Infohash));
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Cancellation);
        }

        await using var second = await StartAsync(directory, ("Downloads:SweepInterval", "00:00:01"));
        await Poll.UntilAsync("the sweep has removed it", () => IsEmpty(directory), Deadline, Cancellation, () => second.Log);
        await second.SubmitAsync(("magnet", torrent.Magnet(seed.Endpoint)), ("want", "stream"));
        await second.WaitForAsync(torrent.Infohash, task => task.State() == "Playable", Deadline);

        Assert.Equal(
            await File.ReadAllBytesAsync(torrent.Files[0].FullPath, Cancellation), await File.ReadAllBytesAsync(FileOf(directory, torrent), Cancellation));
    }

    /// <summary>Every picture is there, and sound.</summary>
    private static async Task AssertPlaysAsync(string playlist, TestVideoOptions film)
    {
        var streams = await ToolProcess.RunAsync(
            "ffprobe",
            ["-v", "error", "-count_frames", "-show_entries", "program_stream=:stream=codec_name,nb_read_frames", "-of", "csv=p=0", playlist],
            TimeSpan.FromMinutes(1), Cancellation);

        Assert.Contains($"h264,{film.Duration.TotalSeconds * film.FramesPerSecond}", streams, StringComparison.Ordinal);
        Assert.Contains("aac,", streams, StringComparison.Ordinal);
    }

    private static Task<Server> StartAsync(TempDirectory directory, params (string Key, string Value)[] settings) => Server.StartAsync(
        directory.FullPath,
        [("Volume:ReserveMiB", "0"), ("Downloads:ProgressInterval", "00:00:00.500"), ("Downloads:CheckpointInterval", "00:00:01"), .. settings]);

    private static bool IsEmpty(TempDirectory directory) =>
        !Directory.Exists(directory["volume"]) || !Directory.EnumerateFileSystemEntries(directory["volume"]).Any();

    private static string FileOf(TempDirectory directory, TestTorrent torrent) => Path.Combine(directory["volume"], torrent.Infohash, "0.mp4");

    private static string LockOf(TempDirectory directory, TestTorrent torrent) => Path.Combine(directory["volume"], torrent.Infohash, "lock");

    private static bool CanTake(string path)
    {
        try
        {
            using var taken = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static long DoneBytes(JsonElement task) =>
        task.GetProperty("download") is { ValueKind: JsonValueKind.Object } download && download.GetProperty("done_bytes") is { ValueKind: JsonValueKind.Number } done
            ? done.GetInt64() : 0;
}
