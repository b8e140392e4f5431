using System.Text;
using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

/// <summary>Containers that have no reader of ours: ffmpeg reads them through a source that fetches what it asks for.</summary>
public sealed class Paging_containers
{
    /// <summary>JPEG changes values a little; another second of the pattern is further away than 20.</summary>
    private const double MaxDistance = 6;

    public static TheoryData<string, string, string[]> Kinds => new()
    {
        { "ogg", "v.ogv", ["-c:v", "libtheora", "-q:v", "6", "-g", "25"] },
        { "nut", "v.nut", Video.H264 },
        { "rm", "v.rm", ["-c:v", "rv20", "-b:v", "1M", "-g", "25"] },
        { "mxf", "v.mxf", ["-c:v", "mpeg2video", "-b:v", "1M", "-g", "25", "-bf", "2"] },
        { "ivf", "v.ivf", ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M", "-g", "25"] },
    };

    public static TheoryData<string, string, string[]> BareStreams => new()
    {
        { "h264", "v.h264", Video.H264 },
        { "hevc", "v.hevc", ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=25"] },
        { "mpegvideo", "v.m2v", ["-c:v", "mpeg2video", "-b:v", "1M", "-g", "25", "-bf", "2"] },
        { "m4v", "v.cmp", ["-c:v", "mpeg4", "-b:v", "1M", "-g", "25", "-f", "m4v"] },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task They_give_evenly_spaced_pictures(string container, string name, string[] encoder)
    {
        using var video = await Video.MakeAsync(name, ["-f", "lavfi", "-i", Video.Pattern(8, "320x180")], encoder);
        var file = new PagedFile(video.Read());

        var plan = await Shoot.PlanAsync(file, 4);
        var shots = await Shoot.TakeAsync(file, plan);

        Assert.Equal((container, 4), (plan.Container, plan.ShotCount));
        Assert.Equal(8, plan.Duration.TotalSeconds, tolerance: 0.1);
        Assert.Equal(Enumerable.Range(0, 4), shots.Select(shot => shot.Index));
        foreach (var shot in shots)
        {
            Assert.Equal(1 + 2 * shot.Index, shot.WantedAt.TotalSeconds, tolerance: 0.1);
            Assert.Equal(shot.WantedAt.TotalSeconds, shot.TakenAt.TotalSeconds, tolerance: 1.1);
            Assert.Equal((320, 180, false), (shot.Width, shot.Height, shot.IsDamaged));
        }

        Assert.InRange(await Frames.DistanceAsync(shots[2], video.Path, container), 0, MaxDistance);

        TestContext.Current.TestOutputHelper!.WriteLine($"{plan.Codec}: {file.TouchedBytes} of {file.Length} bytes");
    }

    [Theory]
    [MemberData(nameof(BareStreams))]
    public async Task Bare_streams_are_entered_where_the_time_should_be(string container, string name, string[] encoder)
    {
        using var video = await Video.MakeAsync(name, ["-f", "lavfi", "-i", Video.Pattern(8, "320x180")], encoder);
        var file = new PagedFile(video.Read());

        var plan = await Shoot.PlanAsync(file, 3);
        var shots = await Shoot.TakeAsync(file, plan);

        Assert.Equal((container, 3), (plan.Container, plan.ShotCount));
        Assert.Equal(3, shots.Count);
        Assert.Equal(shots.Count, shots.DistinctBy(shot => Convert.ToHexString(shot.Jpeg.Span)).Count());
        Assert.All(shots, shot => Assert.Equal((320, 180, false), (shot.Width, shot.Height, shot.IsDamaged)));
        TestContext.Current.TestOutputHelper!.WriteLine($"{plan.Codec}: {file.TouchedBytes} of {file.Length} bytes");
    }

    [Fact]
    public async Task Only_a_small_part_of_a_long_video_is_fetched()
    {
        using var part = await Video.MakeAsync("part.ogv",
            ["-f", "lavfi", "-i", Video.Pattern(10, "320x180") + ",noise=alls=60:allf=t"], ["-c:v", "libtheora", "-b:v", "3M", "-g", "25"]);
        using var video = await Video.MakeAsync("long.ogv", ["-stream_loop", "7", "-i", part.Path], ["-c", "copy"]);
        var file = new PagedFile(video.Read());

        var shots = await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 4));

        Assert.Equal(4, shots.Count);
        Assert.InRange(file.TouchedBytes, 1, file.Length / 10);
        TestContext.Current.TestOutputHelper!.WriteLine($"{file.TouchedBytes} of {file.Length} bytes");
    }

    [Fact]
    public async Task Pixels_are_made_square_and_two_fields_one_picture()
    {
        using var video = await Video.MakeAsync("wide.nut",
            ["-f", "lavfi", "-i", Video.Pattern(4) + ",setsar=32/27,interlace"], Video.H264, ["-flags", "+ilme+ildct"]);
        var file = new PagedFile(video.Read());

        var shots = await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 2));

        Assert.Equal(2, shots.Count);
        Assert.All(shots, shot => Assert.Equal((758, 360), (shot.Width, shot.Height)));
    }

    [Fact]
    public async Task High_dynamic_range_is_mapped_to_the_ordinary_one()
    {
        string[] hdr = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le", "-g", "25"];
        using var plain = await Video.MakeAsync("plain.nut", ["-f", "lavfi", "-i", Video.Pattern(2, "320x180")], hdr);
        using var tagged = await Video.MakeAsync("hdr.nut",
            ["-f", "lavfi", "-i", Video.Pattern(2, "320x180")], hdr, ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"]);

        var plainShot = Assert.Single(await TakeAllAsync(plain, 1));
        var taggedShot = Assert.Single(await TakeAllAsync(tagged, 1));

        Assert.False(taggedShot.Jpeg.Span.SequenceEqual(plainShot.Jpeg.Span));
    }

    [Fact]
    public async Task A_plain_picture_is_replaced_by_its_neighbour()
    {
        using var video = await Video.MakeAsync("plain.nut",
            ["-f", "lavfi", "-i", Video.Pattern(12, "320x180") + ",drawbox=color=gray:t=fill:enable='between(t,4.9,7.1)'"], Video.H264);

        var shot = Assert.Single(await TakeAllAsync(video, 1));

        Assert.Equal(6, shot.WantedAt.TotalSeconds, tolerance: 0.1);
        Assert.InRange(Math.Abs(shot.TakenAt.TotalSeconds - 6), 1.1, 6);
    }

    [Fact]
    public async Task A_video_with_fewer_keyframes_gives_fewer_pictures_and_none_twice()
    {
        using var video = await Video.MakeAsync("few.mxf",
            ["-f", "lavfi", "-i", Video.Pattern(9, "320x180")], ["-c:v", "mpeg2video", "-b:v", "1M", "-g", "75", "-sc_threshold", "1000000000"]);

        var shots = await TakeAllAsync(video, 10);

        Assert.Equal([0, 3, 6], shots.Select(shot => (int)Math.Round(shot.TakenAt.TotalSeconds)).Order());
    }

    [Fact]
    public async Task A_picture_from_wrong_bytes_is_taken_again_from_proven_ones()
    {
        using var video = await Video.MakeAsync("v.nut", ["-f", "lavfi", "-i", Video.Pattern(4, "320x180")], Video.H264, ["-g", "1", "-bf", "0"]);
        var (file, lies) = (video.Read(), video.Read());
        var plan = await Shoot.PlanAsync(file, 1);
        // In the middle, at which the shot is aimed, every picture has some.
        for (var position = file.Length * 4 / 10; position < file.Length * 6 / 10; position += 500)
            lies[position] ^= 0x55;
        var source = new LyingSource(file, lies);

        var shot = Assert.Single(await Shoot.TakeAsync(source, plan));

        Assert.NotEmpty(source.Proven);
        Assert.False(shot.IsDamaged);
    }

    [Fact]
    public async Task Another_worker_goes_on_with_what_is_missing()
    {
        using var video = await Video.MakeAsync("v.nut", ["-f", "lavfi", "-i", Video.Pattern(8, "64x64")], Video.H264);
        var file = new PagedFile(video.Read());
        var data = (await Shoot.PlanAsync(file, 4)).ToResumeData();
        using var screenshotter = Shoot.New();

        Assert.True(ScreenshotPlan.TryParse(data, file.Length, out var plan));
        var shots = await screenshotter.TakeAsync(file, plan!, new HashSet<int> { 0, 1, 3 }, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(data, plan!.ToResumeData());
        Assert.Equal(2, Assert.Single(shots).Index);
    }

    [Theory]
    [InlineData("\"container\":\"nut\"", "\"container\":\"hls\"")]
    [InlineData("\"container\":\"nut\"", "\"container\":\"concat\"")]
    [InlineData("\"container\":\"nut\"", "\"container\":\"mp4\"")]
    [InlineData("\"heads\":[\"\"]", "\"heads\":[\"AAAA\"]")]
    [InlineData("\"heads\":[\"\"]", "\"heads\":[null]")]
    [InlineData("\"keyframes\":[[", "\"keyframes\":[[0,1,0,0],[")]
    public async Task Resume_data_that_no_plan_wrote_is_refused(string value, string replacement)
    {
        using var video = await Video.MakeAsync("v.nut", ["-f", "lavfi", "-i", Video.Pattern(2, "64x64")], Video.H264);
        var plan = await Shoot.PlanAsync(video.Read(), 1);
        var json = Encoding.UTF8.GetString(plan.ToResumeData());
        Assert.Contains(value, json, StringComparison.Ordinal);

        Assert.False(ScreenshotPlan.TryParse(Encoding.UTF8.GetBytes(json.Replace(value, replacement, StringComparison.Ordinal)), plan.FileLength, out _));
    }

    private static async Task<List<Screenshot>> TakeAllAsync(Video video, int count)
    {
        var file = new PagedFile(video.Read());
        return await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, count));
    }
}
