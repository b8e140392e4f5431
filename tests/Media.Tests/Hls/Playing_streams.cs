using System.Globalization;
using System.Text.RegularExpressions;
using EventTorrent.Media.Hls;
using EventTorrent.Media.Tests.Support;
using EventTorrent.TestKit;

namespace EventTorrent.Media.Tests.Hls;

/// <summary>Programs that are not ours play streams from the master playlist to the end: pictures in are pictures out.</summary>
public sealed partial class Playing_streams
{
    private const int Seconds = 6;
    private const int Pictures = 25 * Seconds;

    public static TheoryData<string> Kinds => ["encoded in chunks", "encoded in chunks of fragments", "copied", "hevc kept", "av1 kept"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Ffmpeg_plays_every_rendition_to_the_end_without_a_word(string kind)
    {
        await using var folder = new TempDirectory();
        using var stream = await MakeAsync(folder, kind);

        var (exitCode, report, errors) = await Tool.RunAsync(
            "ffmpeg", ["-nostdin", "-v", "warning", "-i", stream["master.m3u8"], "-map", "0:v", "-map", "0:a", "-progress", "pipe:1", "-f", "null", "-"]);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(Pictures.ToString(CultureInfo.InvariantCulture), Frames().Matches(report)[^1].Groups[1].Value);
        Assert.Equal(2, (await Tool.RunAsync("ffprobe", ["-v", "error", "-select_streams", "a", "-show_entries", "stream=index", "-of", "csv=p=0", stream["master.m3u8"]])).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GStreamer_plays_it_to_the_end(string kind)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gst-launch-1.0"), "GStreamer is not installed: gstreamer1.0-tools, -plugins-base, -plugins-good, -plugins-bad, -libav.");
        await using var folder = new TempDirectory();
        using var stream = await MakeAsync(folder, kind);

        var (exitCode, output, errors) = await Tool.RunAsync(
            "timeout", ["120", "gst-launch-1.0", "-v", "playbin", $"uri=file://{stream["master.m3u8"]}", "video-sink=fakesink name=pictures silent=false", "audio-sink=fakesink"]);

        Assert.True(exitCode == 0, errors);
        Assert.Equal(Pictures, Shown().Count(output));
    }

    [Theory]
    [InlineData("encoded in chunks")]
    [InlineData("encoded in chunks of fragments")]
    [InlineData("av1 kept")]
    public async Task Hls_js_plays_it_in_Chromium_without_a_gap(string kind)
    {
        Assert.SkipWhen(BrowserPlayer.Missing is not null, BrowserPlayer.Missing ?? "");
        await using var folder = new TempDirectory();
        using var stream = await MakeAsync(folder, kind);

        var report = await BrowserPlayer.PlayAsync(stream.Folder.Final);

        Assert.Equal(("[]", true), (report.GetProperty("errors").GetRawText(), report.GetProperty("ended").GetBoolean()));
        var range = Assert.Single(report.GetProperty("ranges").EnumerateArray()).EnumerateArray().Select(end => end.GetDouble()).ToArray();
        Assert.InRange(range[0], 0, 0.1);
        Assert.InRange(range[1], Seconds - 0.1, Seconds + 0.1);
        Assert.InRange(report.GetProperty("duration").GetDouble(), Seconds - 0.1, Seconds + 0.1);
        Assert.True(report.GetProperty("pictures").GetInt32() > 0);
        Assert.Equal(("160x90", 2), (report.GetProperty("size").GetString(), report.GetProperty("audio").GetInt32()));
    }

    /// <summary>With two audio tracks, one of which is encoded.</summary>
    private static async Task<MadeStream> MakeAsync(TempDirectory folder, string kind)
    {
        string[] encoder = kind switch
        {
            "copied" => Video.H264,
            "hevc kept" => ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:bframes=2", "-g", "25"],
            "av1 kept" => ["-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-crf", "50", "-g", "25"],
            _ => ["-c:v", "mpeg4", "-bf", "2"],
        };
        await Tool.FfmpegAsync(
        [
            "-f", "lavfi", "-i", Video.Pattern(Seconds, "160x90"), "-f", "lavfi", "-i", $"sine=440:r=48000:d={Seconds}",
            "-map", "0:v", "-map", "1:a", "-map", "1:a", .. encoder, "-pix_fmt", "yuv420p", "-c:a:0", "aac", "-c:a:1", "ac3", folder["film.mkv"],
        ]);
        return await MadeStream.MakeAsync(folder["film.mkv"], new()
        {
            Chunk = TimeSpan.FromSeconds(2),
            KeepHevcAndAv1 = true,
            Segments = kind.Contains("fragments", StringComparison.Ordinal) ? SegmentFormat.FragmentedMp4 : SegmentFormat.MpegTs,
        });
    }

    [GeneratedRegex("frame=([0-9]+)")]
    private static partial Regex Frames();

    [GeneratedRegex("pictures: last-message = chain ")]
    private static partial Regex Shown();
}
