using EventTorrent.Media.Hls;
using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests.Hls;

/// <summary>HEVC and AV1 that are kept, whose segments are fragmented MP4.</summary>
public sealed class Keeping_codecs
{
    private static readonly string[] Hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:bframes=2", "-g", "25"];
    private static readonly string[] Av1 = ["-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-crf", "50", "-g", "25"];

    [Theory]
    [InlineData("hevc", "film.mkv", "yuv420p", "hvc1\\.1\\.6\\.L(30|60)\\.90")]
    [InlineData("hevc", "film.mp4", "yuv420p10le", "hvc1\\.2\\.4\\.L(30|60)\\.90")]
    [InlineData("hevc", "film.ts", "yuv420p", "hvc1\\.1\\.6\\.L(30|60)\\.90")]
    [InlineData("av1", "film.mkv", "yuv420p", "av01\\.0\\.00M\\.08")]
    [InlineData("av1", "film.mp4", "yuv420p", "av01\\.0\\.00M\\.08")]
    public async Task Every_frame_and_every_time_of_picture_and_sound_is_kept(string codec, string name, string pixels, string named)
    {
        using var video = await Video.MakeAsync(
            name,
            ["-itsoffset", "3", "-f", "lavfi", "-i", Video.Pattern(6, "160x90"), "-itsoffset", "3.5", "-f", "lavfi", "-i", "sine=440:r=48000:d=5"],
            codec == "hevc" ? Hevc : Av1, ["-pix_fmt", pixels, "-c:a", "aac"]);

        using var stream = await MadeStream.MakeAsync(video.Path, new() { KeepHevcAndAv1 = true });

        Assert.True(stream.Plan.Video[0].IsCopied && stream.Plan.Audio[0].IsCopied);
        PlaylistCheck.Master(stream.Folder.Final);
        await stream.HasTimesOfAsync(video.Path, "v:0", "v0.m3u8");
        await stream.HasTimesOfAsync(video.Path, "a:0", "a0.m3u8");
        Assert.Equal(await MadeStream.CountFramesAsync(video.Path, "v:0"), await MadeStream.CountFramesAsync(stream["v0.m3u8"], "v:0"));
        Assert.Matches($"CODECS=\"{named},mp4a\\.40\\.2\"", stream.Master);
        Assert.Equal("#EXT-X-MAP:URI=\"v0_init.mp4\"", File.ReadAllLines(stream["v0.m3u8"]).Single(line => line.StartsWith("#EXT-X-MAP", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Hdr_that_is_kept_is_said_to_be_hdr_and_its_lower_rendition_is_made_for_a_screen()
    {
        using var video = await Video.MakeAsync(
            "film.mkv", ["-f", "lavfi", "-i", "testsrc2=size=960x540:rate=25:duration=2"],
            Hevc, ["-pix_fmt", "yuv420p10le", "-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc"]);

        using var stream = await MadeStream.MakeAsync(video.Path, new() { KeepHevcAndAv1 = true, LowerRendition = LowerRendition.Always });

        PlaylistCheck.Master(stream.Folder.Final);
        var variants = stream.Master.Split('\n').Where(line => line.StartsWith("#EXT-X-STREAM-INF", StringComparison.Ordinal)).ToList();
        Assert.Contains(",VIDEO-RANGE=PQ", variants[0], StringComparison.Ordinal);
        Assert.Contains("CODECS=\"avc1.", variants[1], StringComparison.Ordinal);
        Assert.DoesNotContain("VIDEO-RANGE", variants[1], StringComparison.Ordinal);
        Assert.Equal(await MadeStream.TimesAsync(stream["v0.m3u8"], "v:0"), await MadeStream.TimesAsync(stream["v1.m3u8"], "v:0"));
    }
}
