using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

public sealed class Taking_screenshots
{
    public static TheoryData<string, string, string[]> Kinds => new()
    {
        { "H.264, index at the end", "v.mp4", Video.H264 },
        { "H.264, index at the front", "v.mp4", [.. Video.H264, "-movflags", "+faststart"] },
        { "H.264, negative composition times", "v.mp4", [.. Video.H264, "-movflags", "+negative_cts_offsets"] },
        { "H.264, no edit list", "v.mp4", [.. Video.H264, "-use_editlist", "0"] },
        { "H.264, 10 bit", "v.mp4", [.. Video.H264, "-pix_fmt", "yuv420p10le"] },
        { "H.264 in QuickTime", "v.mov", Video.H264 },
        { "H.264 in M4V", "v.m4v", Video.H264 },
        { "H.264 in 3GP", "v.3gp", Video.H264 },
        { "HEVC", "v.mp4", ["-s", "320x180", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-g", "25", "-tag:v", "hvc1"] },
        { "HEVC, parameter sets in the stream", "v.mp4", ["-s", "320x180", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-g", "25", "-tag:v", "hev1"] },
        { "VP9", "v.mp4", ["-s", "320x180", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "25"] },
        { "AV1", "v.mp4", ["-s", "320x180", "-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-g", "25"] },
        { "MPEG-4 Visual", "v.mp4", ["-c:v", "mpeg4", "-b:v", "2M", "-g", "25", "-bf", "2"] },
        { "ProRes: no table of keyframes", "v.mov", ["-c:v", "prores", "-profile:v", "0"] },
        { "Photo JPEG film", "v.mov", ["-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj420p"] },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Any_kind_of_mp4_gives_evenly_spaced_pictures_from_the_fewest_bytes(string kind, string name, string[] encoder)
    {
        using var video = await Video.MakeAsync(name, ["-f", "lavfi", "-i", Video.Pattern(20)], encoder);
        using var file = video.Open();
        var source = new CountingByteSource(file);

        var plan = await Shoot.PlanAsync(source);
        var shots = await Shoot.TakeAsync(source, plan);

        Assert.Equal(10, plan.ShotCount);
        Assert.Equal(Enumerable.Range(0, 10), shots.Select(shot => shot.Index));
        Assert.Equal(20, plan.Duration.TotalSeconds, tolerance: 0.1);
        foreach (var shot in shots)
        {
            Assert.Equal(1 + 2 * shot.Index, shot.WantedAt.TotalSeconds, tolerance: 0.1);
            Assert.Equal(shot.WantedAt.TotalSeconds, shot.TakenAt.TotalSeconds, tolerance: 0.6);
            Assert.Equal(16.0 / 9, (double)shot.Width / shot.Height);
            Assert.False(shot.IsDamaged);
            Assert.InRange(shot.Jpeg.Length, 1000, Screenshot.MaxBytes);
        }

        Assert.InRange(source.Rounds, 2, 3);
        var ratio = (double)source.BlockBytes / Blocks.Touched(plan.Needed, plan.FileLength);
        Assert.InRange(ratio, 1.0, 1.10);
        await AssertEqualToWholeFileAsync(video, file, plan);
        TestContext.Current.TestOutputHelper!.WriteLine($"{kind}: {plan.Codec}, {source.Rounds} rounds, {source.BlockBytes} of {file.Length} bytes, {ratio:0.00} x the least");
    }

    [Fact]
    public async Task The_picture_is_turned_as_the_file_says()
    {
        using var video = await Video.MakeAsync();
        using var turned = await Video.MakeAsync("turned.mov", ["-i", video.Path, "-c", "copy", "-metadata:s:v:0", "rotate=90"]);
        using var file = turned.Open();

        var shots = await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 2));

        Assert.All(shots, shot => Assert.Equal((180, 320), (shot.Width, shot.Height)));
    }

    [Fact]
    public async Task Pixels_are_made_square()
    {
        using var video = await Video.MakeAsync("wide.mp4", ["-f", "lavfi", "-i", Video.Pattern(4) + ",setsar=32/27"], Video.H264);
        using var file = video.Open();

        var shots = await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 2));

        Assert.All(shots, shot => Assert.Equal((758, 360), (shot.Width, shot.Height)));
    }

    [Fact]
    public async Task Cover_art_is_not_the_film()
    {
        using var cover = await Video.MakeAsync("cover.jpg", ["-f", "lavfi", "-i", Video.Pattern(1, "320x320")], ["-frames:v", "1"]);
        using var film = await Video.MakeAsync();
        // As a track of its own before the film, and as chapter pictures have it.
        using var video = await Video.MakeAsync("with-cover.mov",
            ["-i", cover.Path, "-i", film.Path, "-map", "0:v", "-map", "1:v", "-c", "copy"]);
        using var file = video.Open();

        var plan = await Shoot.PlanAsync(file);

        Assert.Equal("avc1", plan.Codec);
        Assert.Equal(10, plan.ShotCount);
    }

    [Fact]
    public async Task A_song_with_cover_art_is_no_video()
    {
        using var cover = await Video.MakeAsync("cover.jpg", ["-f", "lavfi", "-i", Video.Pattern(1, "320x320")], ["-frames:v", "1"]);
        using var song = await Video.MakeAsync("song.mov",
            ["-i", cover.Path, "-f", "lavfi", "-i", "sine=duration=3", "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac"]);

        var error = await Shoot.RefusalAsync(song.Read());

        Assert.Equal(MediaErrorKind.IndexNotFound, error.Kind);
    }

    [Fact]
    public async Task Of_several_video_tracks_the_first_enabled_one_is_taken()
    {
        using var video = await Video.MakeAsync("two.mp4",
            ["-f", "lavfi", "-i", Video.Pattern(4, "320x180"), "-f", "lavfi", "-i", Video.Pattern(4), "-map", "0:v", "-map", "1:v"],
            Video.H264,
            ["-disposition:v:0", "0", "-disposition:v:1", "default"]);
        using var file = video.Open();

        var shots = await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 2));

        Assert.All(shots, shot => Assert.Equal((640, 360), (shot.Width, shot.Height)));
    }

    [Theory]
    [InlineData("smpte2084")]
    [InlineData("arib-std-b67")]
    public async Task High_dynamic_range_is_mapped_to_the_ordinary_one(string transfer)
    {
        string[] hdr = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le", "-g", "25"];
        using var plain = await Video.MakeAsync("plain.mp4", ["-f", "lavfi", "-i", Video.Pattern(2)], hdr);
        using var tagged = await Video.MakeAsync("hdr.mp4",
            ["-f", "lavfi", "-i", Video.Pattern(2)], hdr, ["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc"]);
        using var plainFile = plain.Open();
        using var taggedFile = tagged.Open();

        var plainShot = Assert.Single(await Shoot.TakeAsync(plainFile, await Shoot.PlanAsync(plainFile, 1)));
        var taggedShot = Assert.Single(await Shoot.TakeAsync(taggedFile, await Shoot.PlanAsync(taggedFile, 1)));

        Assert.Equal((640, 360), (taggedShot.Width, taggedShot.Height));
        Assert.False(taggedShot.Jpeg.Span.SequenceEqual(plainShot.Jpeg.Span));
    }

    [Fact]
    public async Task A_picture_that_is_too_big_is_made_smaller()
    {
        using var video = await Video.MakeAsync("noise.mp4",
            ["-f", "lavfi", "-i", "testsrc2=size=3840x2160:rate=1:duration=1,noise=alls=100:allf=t"],
            ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p"]);
        using var file = video.Open();

        var shot = Assert.Single(await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 1)));

        Assert.InRange(shot.Jpeg.Length, 1, Screenshot.MaxBytes);
        Assert.Equal((1280, 720), (shot.Width, shot.Height));
    }

    [Fact]
    public async Task A_plain_picture_is_replaced_by_its_neighbour()
    {
        // Ten seconds of noise with a plain but noisy second in the middle, so that its keyframe is not small.
        using var video = await Video.MakeAsync("plain.mp4",
            ["-f", "lavfi", "-i", Video.Pattern(11) + ",drawbox=color=gray:t=fill:enable='between(t,4.9,5.9)'"],
            ["-c:v", "mpeg4", "-q:v", "2", "-g", "25", "-keyint_min", "25", "-sc_threshold", "1000000000"]);
        using var file = video.Open();
        var plan = await Shoot.PlanAsync(file, 1);
        var gray = new Keyframe(0, 0, TimeSpan.FromSeconds(5), 0);
        var all = (await Shoot.PlanAsync(file, 11)).Shots.Select(shot => shot.Keyframes[0]).ToList();
        var plainFirst = plan with
        {
            Shots = [new PlannedShot(TimeSpan.FromSeconds(5.5), [all.Single(frame => frame.Time == gray.Time), all[4], all[6]])],
        };

        var shot = Assert.Single(await Shoot.TakeAsync(file, plainFirst));

        Assert.Equal(4, shot.TakenAt.TotalSeconds, tolerance: 0.01);
    }

    private static async Task AssertEqualToWholeFileAsync(Video video, FileByteSource file, ScreenshotPlan plan)
    {
        var whole = await WholeFile.HashKeyframesAsync(video.Path, "mov");
        var hashes = await Shoot.HashAsync(file, plan);
        Assert.All(plan.Shots.Zip(hashes), shot => Assert.Contains(shot.Second, whole[shot.First.Keyframes[0].Offset]));
    }
}
