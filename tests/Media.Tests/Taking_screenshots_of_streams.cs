using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

/// <summary>Containers other than MP4 and Matroska, as ffmpeg writes them: an index, or none.</summary>
public sealed class Taking_screenshots_of_streams
{
    private static readonly string[] Mpeg4 = ["-c:v", "mpeg4", "-b:v", "2M", "-g", "25", "-bf", "2"];
    private static readonly string[] Mpeg2 = ["-c:v", "mpeg2video", "-b:v", "2M", "-g", "25", "-bf", "2"];
    private static readonly string[] Hevc = ["-s", "320x180", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-g", "25"];
    private static readonly string[] Sound = ["-f", "lavfi", "-i", "sine=duration=20"];

    public static TheoryData<string, string, string, string[]> Indexed => new()
    {
        { "AVI", "v.avi", "avi", [.. Mpeg4, "-vtag", "XVID", "-c:a", "mp3"] },
        { "AVI with H.264", "v.avi", "avi", [.. Video.H264, "-bf", "0", "-c:a", "mp3"] },
        { "AVI of JPEG pictures", "v.avi", "avi", ["-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le"] },
        { "FLV with an index of keyframes", "v.flv", "flv", [.. Video.H264, "-flvflags", "add_keyframe_index", "-c:a", "aac"] },
        { "FLV of H.263", "v.flv", "flv", ["-c:v", "flv1", "-b:v", "1M", "-g", "25", "-flvflags", "add_keyframe_index", "-c:a", "mp3", "-ar", "44100"] },
        { "WMV", "v.wmv", "asf", ["-c:v", "wmv2", "-b:v", "2M", "-g", "25", "-c:a", "wmav2"] },
        { "WMV 7", "v.asf", "asf", ["-c:v", "wmv1", "-b:v", "2M", "-g", "25", "-c:a", "wmav2"] },
    };

    public static TheoryData<string, string, string, string[]> Unindexed => new()
    {
        { "FLV", "v.flv", "flv", [.. Video.H264, "-c:a", "aac"] },
        { "transport stream", "v.ts", "mpegts", [.. Video.H264, "-c:a", "aac"] },
        { "transport stream of HEVC", "v.ts", "mpegts", [.. Hevc, "-c:a", "aac"] },
        { "transport stream of MPEG-2", "v.ts", "mpegts", [.. Mpeg2, "-c:a", "mp2"] },
        { "transport stream of Blu-ray", "v.m2ts", "mpegts", [.. Video.H264, "-c:a", "aac", "-mpegts_m2ts_mode", "1"] },
        { "program stream", "v.mpg", "mpeg", [.. Mpeg2, "-c:a", "mp2"] },
        { "program stream of MPEG-1", "v.mpg", "mpeg", ["-c:v", "mpeg1video", "-b:v", "2M", "-g", "25", "-bf", "2", "-c:a", "mp2"] },
        { "VOB", "v.vob", "mpeg", [.. Mpeg2, "-c:a", "ac3"] },
    };

    [Theory]
    [MemberData(nameof(Indexed))]
    public async Task An_index_leads_to_the_pictures_with_the_fewest_bytes(string kind, string name, string demuxer, string[] encoder)
    {
        using var video = await MakeAsync(name, encoder);
        using var file = video.Open();
        var source = new CountingByteSource(file);

        var plan = await Shoot.PlanAsync(source);
        var shots = await Shoot.TakeAsync(source, plan);

        AssertEvenlySpaced(plan, shots, secondsOff: 1.1);
        Assert.InRange(source.Rounds, 2, 4);
        var ratio = (double)source.BlockBytes / Blocks.Touched(plan.Needed, plan.FileLength);
        Assert.InRange(ratio, 1.0, 1.10);
        Assert.All(await EqualAsync(video, file, plan, demuxer), Assert.True);
        Report(kind, plan, source, ratio);
    }

    [Theory]
    [MemberData(nameof(Unindexed))]
    public async Task Without_an_index_pictures_are_looked_for_where_they_should_be(string kind, string name, string demuxer, string[] encoder)
    {
        using var video = await MakeAsync(name, encoder);
        using var file = video.Open();
        var source = new CountingByteSource(file);

        var plan = await Shoot.PlanAsync(source);
        var shots = await Shoot.TakeAsync(source, plan);

        AssertEvenlySpaced(plan, shots, secondsOff: 2.1);
        // ffmpeg counts the time stamp before each packet of Blu-ray in.
        Assert.All(await EqualAsync(video, file, plan, demuxer, shift: name == "v.m2ts" ? -4 : null), Assert.True);
        Report(kind, plan, source, (double)source.BlockBytes / Blocks.Touched(plan.Needed, plan.FileLength));
    }

    [Fact]
    public async Task Both_ways_to_count_offsets_and_both_kinds_of_index_name_the_same_keyframes()
    {
        using var video = await MakeAsync("v.avi", [.. Mpeg4, "-c:a", "mp3"]);
        var file = video.Read();
        var expected = Frames(await Shoot.PlanAsync(file));

        Assert.Equal(expected, Frames(await Shoot.PlanAsync(AviBytes.WithAbsoluteOffsets(file))));
        Assert.Equal(expected, Frames(await Shoot.PlanAsync(AviBytes.WithOpenDml(file))));
    }

    [Fact]
    public async Task An_avi_file_that_lost_its_index_gives_the_same_pictures()
    {
        using var video = await MakeAsync("v.avi", [.. Mpeg4, "-c:a", "mp3"]);
        using var file = video.Open();
        var cut = AviBytes.WithoutIndex(video.Read());

        var plan = await Shoot.PlanAsync(cut);

        Assert.Equal(10, plan.ShotCount);
        Assert.All(await EqualAsync(video, file, plan, "avi", shift: 8), Assert.True);
        Assert.Equal(10, (await Shoot.TakeAsync(new MemorySource(cut), plan)).Count);
    }

    [Fact]
    public async Task An_avi_index_that_flags_the_wrong_cinepak_pictures_is_not_believed()
    {
        using var video = await Video.MakeAsync("v.avi", ["-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10:duration=6"], ["-c:v", "cinepak", "-g", "10"]);
        using var file = video.Open();
        var lying = AviBytes.WithFlagsMoved(video.Read());

        var plan = await Shoot.PlanAsync(lying);

        Assert.Equal(6, plan.ShotCount);
        Assert.All(await EqualAsync(video, file, plan, "avi"), Assert.True);
        Assert.Equal(Frames(await Shoot.PlanAsync(file)).Select(frame => frame.Item1).Order(), Frames(plan).Select(frame => frame.Item1).Order());
    }

    [Fact]
    public async Task An_asf_file_that_lost_its_index_gives_the_same_pictures()
    {
        using var video = await MakeAsync("v.wmv", ["-c:v", "wmv2", "-b:v", "2M", "-g", "25", "-c:a", "wmav2"]);
        using var file = video.Open();
        var whole = video.Read();
        var index = whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x90, 0x08, 0x00, 0x33, 0xB1, 0xE5, 0xCF, 0x11]);
        var cut = whole[..index];

        var plan = await Shoot.PlanAsync(cut);

        Assert.Equal(10, plan.ShotCount);
        Assert.All(await EqualAsync(video, file, plan, "asf"), Assert.True);
    }

    [Fact]
    public async Task Another_worker_goes_on_with_a_plan_of_a_file_without_index()
    {
        using var video = await MakeAsync("v.ts", [.. Video.H264, "-c:a", "aac"]);
        using var file = video.Open();
        var data = (await Shoot.PlanAsync(file, 60)).ToResumeData();

        Assert.InRange(data.Length, 1, ScreenshotPlan.MaxResumeBytes / 2);
        Assert.True(ScreenshotPlan.TryParse(data, file.Length, out var plan));
        Assert.Equal(plan!.ShotCount, (await Shoot.TakeAsync(file, plan)).Count);
    }

    [Fact]
    public async Task A_keyframe_that_does_not_decode_is_replaced_by_its_neighbour()
    {
        using var video = await MakeAsync("v.ts", [.. Video.H264, "-c:a", "aac"]);
        var bytes = video.Read();
        var plan = await Shoot.PlanAsync(bytes, 3);
        var chosen = plan.Shots[1].Keyframes[0];
        bytes.AsSpan((int)chosen.Offset, chosen.Length).Clear();

        var shots = await Shoot.TakeAsync(new MemorySource(bytes), plan);

        Assert.Equal(3, shots.Count);
        Assert.NotEqual(chosen.Time, shots[1].TakenAt);
    }

    [Fact]
    public async Task A_scrambled_stream_is_named()
    {
        using var video = await MakeAsync("v.ts", [.. Video.H264, "-c:a", "aac"]);
        var bytes = video.Read();
        for (var at = 0; at < bytes.Length; at += 188)
            bytes[at + 3] |= (byte)((bytes[at + 1] & 0x1F) == 1 ? 0x80 : 0);

        Assert.Equal(MediaErrorKind.Encrypted, (await Shoot.RefusalAsync(bytes)).Kind);
    }

    [Fact]
    public async Task A_scrambled_program_stream_is_named()
    {
        using var video = await MakeAsync("v.vob", [.. Mpeg2, "-c:a", "ac3"]);
        var bytes = video.Read();
        byte[] start = [0, 0, 1, 0xE0];
        for (var at = bytes.AsSpan().IndexOf(start); at >= 0 && bytes.AsSpan(at + 4).IndexOf(start) is var next; at = next < 0 ? -1 : at + 4 + next)
            bytes[at + 6] |= 0x30;

        Assert.Equal(MediaErrorKind.Encrypted, (await Shoot.RefusalAsync(bytes)).Kind);
    }

    [Fact]
    public async Task An_encrypted_flv_file_is_named()
    {
        using var video = await MakeAsync("v.flv", [.. Video.H264, "-c:a", "aac"]);
        var bytes = video.Read();
        for (var at = 13; at + 11 <= bytes.Length; at += 15 + (bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]))
            bytes[at] |= (byte)(bytes[at] == 9 ? 0x20 : 0);

        Assert.Equal(MediaErrorKind.Encrypted, (await Shoot.RefusalAsync(bytes)).Kind);
    }

    [Fact]
    public async Task Check_bytes_behind_each_transport_packet_change_no_picture()
    {
        using var video = await MakeAsync("v.ts", [.. Video.H264, "-c:a", "aac"]);
        var checkBytes = new byte[16];
        var longer = new MemorySource(video.Read().Chunk(188).SelectMany(packet => packet.Concat(checkBytes)).ToArray());
        var whole = await WholeFile.HashKeyframesAsync(video.Path, "mpegts");

        var plan = await Shoot.PlanAsync(longer);

        Assert.Equal(10, plan.ShotCount);
        var positions = plan.Shots.Select(shot => shot.Keyframes[0].Offset / 204 * 188);
        Assert.All(positions.Zip(await Shoot.HashAsync(longer, plan)), pair => Assert.Contains(pair.Second, whole[pair.First]));
    }

    [Fact]
    public async Task The_aspect_of_pixels_is_kept()
    {
        foreach (var (name, codec) in (List<(string, string)>)[("v.avi", "mpeg4"), ("v.mpg", "mpeg2video"), ("v.ts", "mpeg2video")])
        {
            using var video = await Video.MakeAsync(name, ["-f", "lavfi", "-i", Video.Pattern(2, "720x576") + ",setdar=16/9"], ["-c:v", codec, "-g", "25"]);
            using var file = video.Open();

            var shot = Assert.Single(await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 1)));

            Assert.Equal(16.0 / 9, (double)shot.Width / shot.Height, tolerance: 0.01);
        }
    }

    private static Task<Video> MakeAsync(string name, string[] encoder) =>
        Video.MakeAsync(name, ["-f", "lavfi", "-i", Video.Pattern(20)], Sound, encoder);

    private static IEnumerable<(long, int, TimeSpan)> Frames(ScreenshotPlan plan) =>
        plan.Shots.SelectMany(shot => shot.Keyframes).Select(frame => (frame.Offset, frame.Length, frame.Time));

    private static void AssertEvenlySpaced(ScreenshotPlan plan, List<Screenshot> shots, double secondsOff)
    {
        Assert.Equal(10, plan.ShotCount);
        Assert.Equal(Enumerable.Range(0, 10), shots.Select(shot => shot.Index));
        Assert.Equal(20, plan.Duration.TotalSeconds, tolerance: 0.5);
        foreach (var shot in shots)
        {
            Assert.Equal(1 + 2 * shot.Index, shot.TakenAt.TotalSeconds, tolerance: secondsOff);
            Assert.Equal(16.0 / 9, (double)shot.Width / shot.Height, tolerance: 0.01);
            Assert.False(shot.IsDamaged);
        }
    }

    /// <summary>Whether each chosen keyframe decodes as in the whole file.</summary>
    private static async Task<List<bool>> EqualAsync(Video video, IByteSource file, ScreenshotPlan plan, string demuxer, int? shift = null)
    {
        var whole = await WholeFile.HashKeyframesAsync(video.Path, demuxer);
        var hashes = await Shoot.HashAsync(file, plan);
        var positionShift = shift ?? (demuxer == "avi" ? 8 : 0);
        var all = whole.SelectMany(hash => hash).ToHashSet();
        return [.. plan.Shots.Zip(hashes, (shot, hash) => hash is not null
            && (whole[shot.Keyframes[0].Offset + positionShift].DefaultIfEmpty("").Contains(hash) || (demuxer == "mpeg" && all.Contains(hash))))];
    }

    private static void Report(string kind, ScreenshotPlan plan, CountingByteSource source, double ratio) =>
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{kind}: {plan.Codec}, {source.Rounds} rounds, {source.BlockBytes} of {plan.FileLength} bytes, {ratio:0.00} x the least");
}
