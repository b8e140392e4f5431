using System.Text.RegularExpressions;
using EventTorrent.Media.Tests.Support;
using EventTorrent.TestKit;

namespace EventTorrent.Media.Tests.Hls;

/// <summary>Programs that are not ours play a stream from its master playlist to its end.</summary>
public sealed partial class Playing_streams
{
    [Fact]
    public async Task Ffmpeg_plays_every_rendition_to_the_end_without_a_word()
    {
        await using var folder = new TempDirectory();
        using var stream = await MakeAsync(folder);

        var (exitCode, report, errors) = await Tool.RunAsync(
            "ffmpeg", ["-nostdin", "-v", "warning", "-i", stream["master.m3u8"], "-map", "0:v", "-map", "0:a", "-progress", "pipe:1", "-f", "null", "-"]);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal("100", Frames().Matches(report)[^1].Groups[1].Value);
        Assert.Equal(2, (await Tool.RunAsync("ffprobe", ["-v", "error", "-select_streams", "a", "-show_entries", "stream=index", "-of", "csv=p=0", stream["master.m3u8"]])).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
    }

    [Fact]
    public async Task GStreamer_plays_it_to_the_end()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gst-launch-1.0"), "GStreamer is not installed: gstreamer1.0-tools, -plugins-good, -plugins-bad, -libav.");
        await using var folder = new TempDirectory();
        using var stream = await MakeAsync(folder);

        var (exitCode, _, errors) = await Tool.RunAsync(
            "timeout", ["60", "gst-launch-1.0", "-q", "playbin", $"uri=file://{stream["master.m3u8"]}", "video-sink=fakesink", "audio-sink=fakesink"]);

        Assert.True(exitCode == 0, errors);
    }

    /// <summary>Encoded in chunks, with two audio tracks.</summary>
    private static async Task<MadeStream> MakeAsync(TempDirectory folder)
    {
        await Tool.FfmpegAsync(
        [
            "-f", "lavfi", "-i", Video.Pattern(4, "160x90"), "-f", "lavfi", "-i", "sine=440:r=48000:d=4",
            "-map", "0:v", "-map", "1:a", "-map", "1:a", "-c:v", "mpeg4", "-bf", "2", "-c:a:0", "aac", "-c:a:1", "ac3", folder["film.mkv"],
        ]);
        return await MadeStream.MakeAsync(folder["film.mkv"], new() { Chunk = TimeSpan.FromSeconds(2) });
    }

    [GeneratedRegex("frame=([0-9]+)")]
    private static partial Regex Frames();
}
