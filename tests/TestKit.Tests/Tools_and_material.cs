using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

namespace EventTorrent.TestKit.Tests;

public class Tools_and_material
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_root_holds_the_solution() => Assert.True(File.Exists(Path.Combine(RepositoryPaths.Root, "EventTorrent.sln")));

    [Fact]
    public void Free_ports_lie_below_the_ephemeral_range() =>
        Assert.All(Enumerable.Range(0, 20), _ => Assert.InRange(FreePort.Next(), 1024, 32_767));

    /// <summary>Servers that start together ask before any of them has bound its port.</summary>
    [Fact]
    public void A_free_port_is_given_once()
    {
        var ports = Enumerable.Range(0, 2_000).Select(_ => FreePort.Next()).ToList();

        Assert.Distinct(ports);
    }

    [Fact]
    public async Task A_tool_is_killed_with_its_children()
    {
        var tool = await ToolProcess.StartAsync("sh", ["-c", "sleep 600 & echo child $!; wait"]);
        var line = await tool.WaitForLineAsync(text => text.StartsWith("child ", StringComparison.Ordinal), Deadline, Token);

        await tool.DisposeAsync();

        await Poll.UntilAsync("the child is gone", () => !Directory.Exists("/proc/" + line.Split(' ')[1]), Deadline, Token);
    }

    [Fact]
    public async Task A_failing_tool_tells_its_exit_code_and_output()
    {
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => ToolProcess.RunAsync("sh", ["-c", "echo broken >&2; exit 3"], Deadline, Token));

        Assert.Contains("3", problem.Message, StringComparison.Ordinal);
        Assert.Contains("broken", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_is_kept_up_to_a_bound()
    {
        var output = await ToolProcess.RunAsync("seq", ["100000"], Deadline, Token);

        Assert.Equal(2_000, output.Split('\n').Length);
        Assert.EndsWith("100000", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_video_has_the_keyframes_and_the_layout_that_were_asked(bool moovAtFront)
    {
        var video = await TestVideo.MakeAsync(
            new TestVideoOptions { Duration = TimeSpan.FromSeconds(10), GopSeconds = "1.2 3.4 2", MoovAtFront = moovAtFront }, Token);

        var bytes = await File.ReadAllBytesAsync(video, Token);
        Assert.Equal(moovAtFront, bytes.AsSpan().IndexOf("moov"u8) < bytes.AsSpan().IndexOf("mdat"u8));
        var report = JsonDocument.Parse(await ToolProcess.RunAsync(
            "ffprobe", ["-v", "error", "-select_streams", "v:0", "-skip_frame", "nokey", "-show_entries", "frame=pts_time", "-of", "json", "file:" + video], Deadline, Token));
        var times = report.RootElement.GetProperty("frames").EnumerateArray().Select(frame => frame.GetProperty("pts_time").GetString());
        Assert.Equal(["0.000000", "1.200000", "4.600000", "6.600000", "7.800000"], times);
    }

    [Fact]
    public async Task The_same_video_has_the_same_bytes()
    {
        await using var directory = new TempDirectory();
        var options = new TestVideoOptions { Duration = TimeSpan.FromSeconds(3), Noise = 10 };

        var first = await TestVideo.MakeAsync(options, Token, directory["a"]);
        var second = await TestVideo.MakeAsync(options, Token, directory["b"]);

        Assert.Equal(SHA256.HashData(await File.ReadAllBytesAsync(first, Token)), SHA256.HashData(await File.ReadAllBytesAsync(second, Token)));
    }

    [Fact]
    public async Task A_torrent_reads_back_its_content_across_files()
    {
        await using var directory = new TempDirectory();
        directory.CreateDirectory("folder");
        await File.WriteAllBytesAsync(directory["folder/a"], [1, 2, 3], Token);
        await File.WriteAllBytesAsync(directory["folder/b"], [4, 5], Token);

        var torrent = await new TorrentBuilder { PieceLengthBytes = 2, Trackers = ["http://127.0.0.1:1/announce"] }.BuildAsync(directory["folder"], Token);

        Assert.Equal([2, 3, 4, 5], await torrent.ReadAsync(1, 4, Token));
        Assert.Equal(3, torrent.PieceCount);
        Assert.EndsWith("&tr=http%3A%2F%2F127.0.0.1%3A1%2Fannounce&x.pe=127.0.0.2:7", torrent.Magnet(IPEndPoint.Parse("127.0.0.2:7")), StringComparison.Ordinal);
        var read = Bencode.DecodeDictionary(torrent.FileBytes, out var consumed);
        Assert.Equal(torrent.FileBytes.Length, consumed);
        Assert.Equal(torrent.InfoBytes, Bencode.Encode(read["info"]));
    }

    [Fact]
    public async Task The_tracker_answers_with_a_failure_when_told()
    {
        await using var tracker = new LocalTracker { FailureReason = "closed" };
        using var http = new HttpClient();

        var answer = await http.GetByteArrayAsync(tracker.Url + "?info_hash=%00", Token);

        Assert.Equal("closed"u8.ToArray(), Bencode.DecodeDictionary(answer, out _)["failure reason"]);
        Assert.Equal(1, tracker.Announces);
    }
}
