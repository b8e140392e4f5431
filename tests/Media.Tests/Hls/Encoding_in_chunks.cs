using EventTorrent.Media.Hls;
using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests.Hls;

/// <summary>What several workers encode in parts is, joined, what one encodes at once: no frame twice, none missing, each at its time.</summary>
public sealed class Encoding_in_chunks
{
    /// <summary>Frames at irregular distances, and a second without any.</summary>
    private const string Irregular = "select='lt(mod(n\\,7)\\,4)*not(between(t\\,3\\,4))'";

    [Theory]
    [InlineData("mpeg4 with B-frames", "film.mkv", "null", new[] { "-c:v", "mpeg4", "-bf", "2", "-g", "40" })]
    [InlineData("the same into fragments", "film.mkv", "null", new[] { "-c:v", "mpeg4", "-bf", "2", "-g", "40" }, SegmentFormat.FragmentedMp4)]
    [InlineData("variable frame rate", "film.mkv", Irregular, new[] { "-c:v", "mpeg4", "-fps_mode", "vfr" })]
    [InlineData("B-frames with an edit list", "film.mp4", "null", new[] { "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv444p", "-bf", "3", "-g", "60" })]
    [InlineData("open GOPs", "film.mp4", "null", new[] { "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv444p", "-bf", "3", "-g", "35", "-x264-params", "open-gop=1" })]
    [InlineData("a first timestamp that is not 0", "film.mkv", "null", new[] { "-c:v", "mpeg4", "-bf", "1", "-output_ts_offset", "5.3" })]
    [InlineData("variable frame rate in MP4, starting late", "film.mp4", Irregular, new[] { "-c:v", "mpeg4", "-bf", "2", "-fps_mode", "vfr", "-output_ts_offset", "3" })]
    public async Task Joined_chunks_equal_one_pass(string kind, string name, string filter, string[] encoder, SegmentFormat segments = SegmentFormat.MpegTs)
    {
        using var video = await Video.MakeAsync(name, ["-f", "lavfi", "-i", Video.Pattern(9, "160x90"), "-vf", filter], encoder);

        using var whole = await MadeStream.MakeAsync(video.Path, new() { Segments = segments });
        using var joined = await MadeStream.MakeAsync(video.Path, new() { Chunk = TimeSpan.FromSeconds(2), Segments = segments, Thumbnails = false });

        Assert.True(joined.Plan.ChunkCount >= 4, kind);
        PlaylistCheck.Master(joined.Folder.Final);
        var times = await MadeStream.TimesAsync(whole["v0.m3u8"], "v:0");
        Assert.Equal(await MadeStream.CountFramesAsync(video.Path, "v:0"), times.Count);
        Assert.Equal(times, await MadeStream.TimesAsync(joined["v0.m3u8"], "v:0"));
        Assert.Equal(times.Count, await MadeStream.CountFramesAsync(joined["v0.m3u8"], "v:0"));
        await whole.HasTimesOfAsync(video.Path, "v:0", "v0.m3u8");
    }

    [Fact]
    public async Task The_pictures_around_a_join_are_as_good_as_those_of_one_pass()
    {
        using var video = await Video.MakeAsync(
            "film.mkv", ["-f", "lavfi", "-i", Video.Pattern(12, "320x180") + ",noise=alls=5:allf=t"], ["-c:v", "mpeg4", "-q:v", "3", "-bf", "2"]);

        using var whole = await MadeStream.MakeAsync(video.Path, new() { Preset = "faster", Thumbnails = false });
        using var joined = await MadeStream.MakeAsync(video.Path, new() { Preset = "faster", Chunk = TimeSpan.FromSeconds(6), Thumbnails = false });

        Assert.Equal(2, joined.Plan.ChunkCount);
        var (one, two) = (await MadeStream.QualityAsync(whole["v0.m3u8"], video.Path), await MadeStream.QualityAsync(joined["v0.m3u8"], video.Path));
        Assert.Equal(300, one.Count);
        Assert.Equal(300, two.Count);
        // The join is before frame 150. Without what is encoded around a chunk and thrown away, some of these differ by more than a decibel.
        var near = Enumerable.Range(140, 20).Select(frame => two[frame] - one[frame]).ToList();
        Assert.InRange(near.Average(), -0.1, 0.1);
        Assert.All(near, difference => Assert.InRange(difference, -0.3, 0.3));
    }

    [Fact]
    public async Task A_video_that_ends_before_its_sound_has_chunks_with_nothing_in_them()
    {
        using var video = await Video.MakeAsync(
            "film.mkv", ["-f", "lavfi", "-i", Video.Pattern(3, "160x90"), "-f", "lavfi", "-i", "sine=440:d=12"], ["-c:v", "mpeg4", "-c:a", "aac"]);

        using var stream = await MadeStream.MakeAsync(video.Path, new() { Chunk = TimeSpan.FromSeconds(2) });

        Assert.Equal(6, stream.Plan.ChunkCount);
        PlaylistCheck.Master(stream.Folder.Final);
        Assert.Equal(75, await MadeStream.CountFramesAsync(stream["v0.m3u8"], "v:0"));
    }
}
