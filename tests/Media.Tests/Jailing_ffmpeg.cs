using System.Net;
using System.Net.Sockets;
using EventTorrent.Media.Decoding;
using EventTorrent.Media.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Media.Tests;

/// <summary>What ffmpeg can reach when a file has taken it over: the arguments here are what such a file would make of it.</summary>
public sealed class Jailing_ffmpeg
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_decodes_what_it_is_given()
    {
        var ffmpeg = await JailedAsync();
        using var video = await Video.MakeAsync();
        using var file = video.Open();
        using var screenshotter = new Screenshotter(new(), ffmpeg, NullLogger<Screenshotter>.Instance);
        var plan = await screenshotter.PlanAsync(file, 4, Cancellation);

        Assert.Equal(4, await screenshotter.TakeAsync(file, plan, Shoot.Nothing, Cancellation).CountAsync(Cancellation));
    }

    [Fact]
    public async Task It_can_not_read_a_file()
    {
        using var secret = await Video.MakeAsync("secret.mp4");
        string[] read = ["-v", "error", "-i", secret.Path, "-frames:v", "1", "-f", "md5", "pipe:1"];

        var free = await FreeAsync(read);
        var jailed = await RunAsync(await JailedAsync(), read);

        Assert.Equal(0, free.ExitCode);
        Assert.NotEqual(0, jailed.ExitCode);
        Assert.Contains("No such file", jailed.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/root")]
    [InlineData("/home")]
    [InlineData("/var")]
    [InlineData("/proc/1/environ")]
    public async Task It_can_not_see_the_machine(string path)
    {
        var jailed = await RunAsync(await JailedAsync(), ["-v", "error", "-f", "rawvideo", "-s", "1x1", "-pix_fmt", "gray", "-i", path, "-f", "md5", "pipe:1"]);

        Assert.NotEqual(0, jailed.ExitCode);
        Assert.Contains("No such file", jailed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_not_write_where_another_would_find_it()
    {
        var path = Path.Join(Path.GetTempPath(), $"eventtorrent-jail-{Guid.NewGuid():n}.md5");

        await RunAsync(await JailedAsync(), ["-v", "error", "-f", "lavfi", "-i", Video.Pattern(1, "16x16"), "-f", "md5", path]);

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task It_can_not_call_anybody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string[] call = ["-v", "error", "-i", $"tcp://{listener.LocalEndpoint}?timeout=2000000", "-f", "md5", "pipe:1"];

        await RunAsync(await JailedAsync(), call);
        var calledFromJail = listener.Pending();
        var free = FreeAsync(call);
        using var caller = await listener.AcceptTcpClientAsync(Cancellation);
        caller.Close();
        await free;

        Assert.False(calledFromJail);
    }

    [Fact]
    public async Task It_ends_at_the_deadline_with_all_that_it_is_made_of()
    {
        await JailedAsync();
        var ffmpeg = New(new MediaOptions { Jail = JailMode.Required, DecodeTimeout = TimeSpan.FromSeconds(2) });
        var mark = $"mark{Guid.NewGuid():n}";

        var result = await RunAsync(ffmpeg, ["-v", "error", "-re", "-f", "lavfi", "-i", Video.Pattern(600, "16x16"), "-metadata", $"title={mark}", "-f", "null", "-"]);

        Assert.True(result.TimedOut);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), process => CommandLine(process).Contains(mark, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_it_does_not_work_the_limits_alone_must_do_unless_it_is_required()
    {
        // What can be run only outside: its folder is shown to the jail, but not what the script needs.
        using var stub = new StubFfmpeg("test -r /etc/passwd || exit 7");

        Assert.False(await New(new MediaOptions { Ffmpeg = stub.Path, Jail = JailMode.Auto }).PrepareAsync(Cancellation));
        Assert.False(await New(new MediaOptions { Jail = JailMode.Off }).PrepareAsync(Cancellation));
        var refusal = await Assert.ThrowsAsync<MediaException>(
            () => New(new MediaOptions { Ffmpeg = stub.Path, Jail = JailMode.Required }).PrepareAsync(Cancellation));
        Assert.Equal(MediaErrorKind.ToolMissing, refusal.Kind);
        Assert.Contains("Media:Jail", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<Ffmpeg> JailedAsync()
    {
        var ffmpeg = New(new MediaOptions());
        Assert.SkipUnless(await ffmpeg.PrepareAsync(Cancellation), "bubblewrap does not work here: it is not installed, or user namespaces are forbidden.");
        return ffmpeg;
    }

    private static Ffmpeg New(MediaOptions options) => new(options, NullLogger.Instance);

    private static Task<FfmpegResult> FreeAsync(string[] arguments) => RunAsync(New(new MediaOptions { Jail = JailMode.Off }), arguments);

    private static Task<FfmpegResult> RunAsync(Ffmpeg ffmpeg, string[] arguments) => ffmpeg.RunAsync(arguments, [], 1 << 20, Cancellation);

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Join(process, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
