using EventTorrent.Media.Tests.Support;
using static EventTorrent.Media.Tests.Support.MatroskaBytes;

namespace EventTorrent.Media.Tests;

/// <summary>Where the index of a Matroska file may be, what it costs, and what tracks may be like.</summary>
public sealed class Reading_matroska(Reading_matroska.Film film) : IClassFixture<Reading_matroska.Film>
{
    private const uint Segment = 0x18538067, SeekHead = 0x114D9B74, Cues = 0x1C53BB6B, Void = 0xEC;
    private const uint CueRelativePosition = 0xF0, TrackEntry = 0xAE, ContentEncodings = 0x6D80;

    /// <summary>60 s with sound at about 2 Mbit/s and a keyframe each second.</summary>
    public sealed class Film : IAsyncLifetime
    {
        private Video? _video;

        public string Path => _video!.Path;

        public async ValueTask InitializeAsync() => _video = await Video.MakeAsync("film.mkv",
            ["-f", "lavfi", "-i", Video.Pattern(60, "320x180") + ",noise=alls=40:allf=t", "-f", "lavfi", "-i", "sine=duration=60"],
            Video.H264, ["-preset", "ultrafast", "-b:v", "2M", "-c:a", "aac", "-b:a", "48k"]);

        public ValueTask DisposeAsync()
        {
            _video?.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    public static TheoryData<string, string[], int> Layouts => new()
    {
        { "Cues at the end", [], 4 },
        { "Cues at the front", ["-reserve_index_space", "10000"], 3 },
        { "keyframes within clusters", ["-cluster_time_limit", "3500", "-cluster_size_limit", "100000000"], 4 },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Cues_lead_to_the_fewest_bytes(string layout, string[] arguments, int maxRounds)
    {
        using var video = await Video.MakeAsync("v.mkv", ["-i", film.Path, "-c", "copy"], arguments);
        using var file = video.Open();
        var source = new CountingByteSource(file);

        var plan = await Shoot.PlanAsync(source);
        var shots = await Shoot.TakeAsync(source, plan);

        AssertEvenlySpaced(shots);
        Assert.InRange(source.Rounds, 2, maxRounds);
        var ratio = (double)source.BlockBytes / Blocks.Touched(plan.Needed, plan.FileLength);
        Assert.InRange(ratio, 1.0, 1.10);
        await AssertEqualToWholeFileAsync(video.Path, file, plan);
        TestContext.Current.TestOutputHelper!.WriteLine($"{layout}: {source.Rounds} rounds, {source.BlockBytes} of {file.Length} bytes, {ratio:0.00} x the least");
    }

    [Fact]
    public async Task Without_Cues_clusters_are_looked_for()
    {
        // As from a camera: no size is known, and neither is the duration.
        using var video = await Video.MakeAsync("live.mkv", ["-i", film.Path, "-c", "copy", "-live", "1", "-cluster_time_limit", "1000"]);
        using var file = video.Open();
        var source = new CountingByteSource(file);

        var plan = await Shoot.PlanAsync(source);
        var shots = await Shoot.TakeAsync(source, plan);

        AssertEvenlySpaced(shots, secondsOff: 2.5);
        Assert.InRange(source.Rounds, 2, 24);
        Assert.InRange(source.BlockBytes, 1, file.Length / 3);
        await AssertEqualToWholeFileAsync(video.Path, file, plan);
    }

    [Fact]
    public async Task Cues_that_the_SeekHead_does_not_name_are_found_in_the_tail()
    {
        var file = Rename(await ReadFilmAsync(), SeekHead);
        var source = new CountingByteSource(new MemorySource(file));

        var plan = await Shoot.PlanAsync(source);

        Assert.Equal(10, plan.ShotCount);
        Assert.InRange(source.Rounds, 2, 3);
    }

    [Fact]
    public async Task Cues_without_positions_in_the_cluster_lead_to_its_first_keyframe()
    {
        var file = await ReadFilmAsync();
        foreach (var position in Walk(file).Where(element => element.Id == CueRelativePosition))
            file[position.Offset] = (byte)Void;

        var plan = await Shoot.PlanAsync(file);
        var expected = await Shoot.PlanAsync(await ReadFilmAsync());

        Assert.Equal(expected.Shots.Select(shot => shot.Keyframes[0]), plan.Shots.Select(shot => shot.Keyframes[0]));
    }

    [Fact]
    public async Task Cues_that_lie_about_the_place_cost_no_picture()
    {
        var file = await ReadFilmAsync();
        foreach (var position in Walk(file).Where(element => element.Id == CueRelativePosition))
            file[position.Offset + position.Length - 1] ^= 0x55;

        var plan = await Shoot.PlanAsync(file);
        var shots = await Shoot.TakeAsync(new MemorySource(file), plan);

        AssertEvenlySpaced(shots);
    }

    [Fact]
    public async Task Cues_may_come_in_several_parts()
    {
        var file = await ReadFilmAsync();
        var expected = await Shoot.PlanAsync(file);
        var cues = Find(file, Cues);
        var points = Walk(file).Where(element => element.Id == 0xBB).ToList();
        var half = points[points.Count / 2].Offset;
        // The SeekHead keeps the first place; a second one, found on the way from the front, names the other part.
        byte[] first = Element(Cues, file[(cues.Offset + cues.HeaderLength)..half]);
        byte[] second = Element(Cues, file[half..(cues.Offset + cues.Length)]);
        var segment = Find(file, Segment);
        var place = (ulong)(cues.Offset + first.Length - segment.Offset - segment.HeaderLength);
        byte[] seek = Element(SeekHead, Element(0x4DBB, Element(0x53AB, Id(Cues)), Element(0x53AC, Number(place))));
        var gap = Walk(file).First(element => element.Id == Void);
        byte[] rest = Element(Void, new byte[gap.Length - seek.Length - 9]);
        byte[] split = [.. file[..gap.Offset], .. seek, .. rest, .. file[(gap.Offset + gap.Length)..cues.Offset], .. first, .. second];

        var plan = await Shoot.PlanAsync(Unsized(split, segment));

        Assert.Equal(expected.Shots.Select(shot => shot.Keyframes[0]), plan.Shots.Select(shot => shot.Keyframes[0]));
    }

    [Fact]
    public async Task A_file_that_is_cut_off_still_gives_pictures()
    {
        var file = await ReadFilmAsync();

        var plan = await Shoot.PlanAsync(file[..(file.Length / 2)]);
        var shots = await Shoot.TakeAsync(new MemorySource(file[..(file.Length / 2)]), plan);

        // Its Info still tells the whole duration, so that the entry points of the missing half lead nowhere.
        Assert.InRange(shots.Count, 5, 10);
        Assert.Equal(shots.Count, shots.Select(shot => shot.TakenAt).Distinct().Count());
        Assert.All(shots, shot => Assert.False(shot.IsDamaged));
    }

    [Theory]
    [InlineData("VP8", "v.webm", "libvpx")]
    [InlineData("VP9", "v.webm", "libvpx-vp9")]
    [InlineData("AV1", "v.webm", "libaom-av1")]
    [InlineData("HEVC", "v.mkv", "libx265")]
    [InlineData("MPEG-4 in a VfW track", "v.mkv", "mpeg4")]
    [InlineData("ProRes", "v.mkv", "prores")]
    public async Task Any_codec_gives_the_picture_of_the_whole_file(string kind, string name, string encoder)
    {
        string[] speed = encoder switch
        {
            "libvpx" or "libvpx-vp9" => ["-deadline", "realtime", "-cpu-used", "8"],
            "libaom-av1" => ["-usage", "realtime", "-cpu-used", "8"],
            "libx265" => ["-preset", "ultrafast", "-x265-params", "log-level=none"],
            _ => [],
        };
        using var video = await Video.MakeAsync(name, ["-f", "lavfi", "-i", Video.Pattern(8, "320x180"), "-c:v", encoder, "-g", "25"], speed);
        using var file = video.Open();

        var plan = await Shoot.PlanAsync(file, 4);

        Assert.Equal(4, (await Shoot.TakeAsync(file, plan)).Count);
        await AssertEqualToWholeFileAsync(video.Path, file, plan);
        TestContext.Current.TestOutputHelper!.WriteLine($"{kind}: {plan.Codec}");
    }

    [Fact]
    public async Task The_default_video_track_is_taken()
    {
        using var video = await Video.MakeAsync("two.mkv",
            ["-f", "lavfi", "-i", Video.Pattern(4, "320x180"), "-f", "lavfi", "-i", Video.Pattern(4), "-map", "0:v", "-map", "1:v"],
            Video.H264,
            ["-disposition:v:0", "0", "-disposition:v:1", "default"]);
        using var file = video.Open();

        var shots = await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 2));

        Assert.All(shots, shot => Assert.Equal((640, 360), (shot.Width, shot.Height)));
    }

    [Fact]
    public async Task A_cover_picture_is_not_the_film()
    {
        using var cover = await Video.MakeAsync("cover.jpg", ["-f", "lavfi", "-i", Video.Pattern(1, "320x320")], ["-frames:v", "1"]);
        using var video = await Video.MakeAsync("cover.mkv",
            ["-i", film.Path, "-c", "copy", "-t", "4", "-attach", cover.Path, "-metadata:s:t", "mimetype=image/jpeg"]);
        using var file = video.Open();

        var plan = await Shoot.PlanAsync(file, 2);

        Assert.Equal("V_MPEG4/ISO/AVC", plan.Codec);
        Assert.All(await Shoot.TakeAsync(file, plan), shot => Assert.Equal((320, 180), (shot.Width, shot.Height)));
    }

    [Fact]
    public async Task A_file_without_video_is_named()
    {
        using var video = await Video.MakeAsync("song.mka", ["-f", "lavfi", "-i", "sine=duration=2"]);

        var error = await Shoot.RefusalAsync(video.Read());

        Assert.Equal(MediaErrorKind.IndexNotFound, error.Kind);
    }

    [Fact]
    public async Task An_encrypted_track_is_named()
    {
        using var video = await Video.MakeAsync("small.mkv", ["-f", "lavfi", "-i", Video.Pattern(2, "64x64")], Video.H264, ["-live", "1"]);
        var file = video.Read();
        var track = Find(file, TrackEntry);
        byte[] encodings = Element(ContentEncodings, Element(0x6240, Element(0x5033, [1])));
        byte[] entry = Element(TrackEntry, file[(track.Offset + track.HeaderLength)..(track.Offset + track.Length)], encodings);
        byte[] tracks = Element(0x1654AE6B, entry);
        var old = Find(file, 0x1654AE6B);

        var error = await Shoot.RefusalAsync([.. file[..old.Offset], .. tracks, .. file[(old.Offset + old.Length)..]]);

        Assert.Equal(MediaErrorKind.Encrypted, error.Kind);
    }

    [Fact]
    public async Task A_track_whose_blocks_lack_their_first_byte_gives_the_same_pictures()
    {
        using var video = await OneTrackAsync();
        // Every picture begins with the length of its first NAL unit, whose highest byte is 0: header stripping (RFC 9559, 5.1.4.1.31.6).
        var encodings = Element(ContentEncodings, Element(0x6240, Element(0x5031, [0]), Element(0x5032, [1]), Element(0x5033, [0]),
            Element(0x5034, Element(0x4254, [3]), Element(0x4255, [0]))));
        var stripped = Rebuild(video.Read(), block => [.. block[..4], .. block[5..]], encodings);

        await AssertSamePicturesAsync(video.Read(), stripped);
    }

    [Theory]
    [InlineData(0x02, "Xiph")]
    [InlineData(0x06, "EBML")]
    [InlineData(0x04, "fixed")]
    public async Task A_laced_keyframe_gives_the_same_picture(byte flags, string lacing)
    {
        using var video = await OneTrackAsync();
        // Twice the same picture in each block (RFC 9559, 10.3).
        var laced = Rebuild(video.Read(), block =>
        {
            var frame = block[4..];
            byte[] sizes = lacing switch
            {
                "Xiph" => [.. Enumerable.Repeat((byte)255, frame.Length / 255), (byte)(frame.Length % 255)],
                "EBML" => [(byte)(0x10 | frame.Length >> 24), (byte)(frame.Length >> 16), (byte)(frame.Length >> 8), (byte)frame.Length],
                _ => [],
            };
            return [.. block[..3], (byte)(block[3] | flags), 1, .. sizes, .. frame, .. frame];
        });

        await AssertSamePicturesAsync(video.Read(), laced);
    }

    [Fact]
    public async Task Pictures_are_turned_and_squared_as_the_file_says()
    {
        using var video = await Video.MakeAsync("wide.mkv", ["-f", "lavfi", "-i", Video.Pattern(2) + ",setsar=32/27"], Video.H264);
        using var file = video.Open();

        var shots = await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 1));

        Assert.All(shots, shot => Assert.Equal((758, 360), (shot.Width, shot.Height)));
    }

    [Fact]
    public async Task Nothing_but_the_description_of_the_picture_reaches_ffmpeg()
    {
        using var video = await Video.MakeAsync("v.mkv", ["-f", "lavfi", "-i", Video.Pattern(1, "64x64")], Video.H264,
            ["-metadata", "title=http://127.0.0.1:9/title", "-metadata:s:v:0", "title=http://127.0.0.1:9/name"]);
        var plan = await Shoot.PlanAsync(video.Read(), 1);

        Assert.False(plan.Heads[0].Span.IndexOf("http://"u8) >= 0);
        Assert.True(video.Read().AsSpan().IndexOf("http://"u8) >= 0);
    }

    [Fact]
    public async Task Resume_data_locates_stand_ins_on_another_machine()
    {
        using var file = new FileByteSource(film.Path);
        var data = (await Shoot.PlanAsync(file, 4)).ToResumeData();
        Assert.InRange(data.Length, 1, ScreenshotPlan.MaxResumeBytes);
        Assert.True(ScreenshotPlan.TryParse(data, file.Length, out var plan));
        // The chosen keyframes turn out to be no pictures.
        var broken = await ReadFilmAsync();
        foreach (var keyframe in plan!.Shots.Select(shot => shot.Keyframes[0]))
            broken.AsSpan((int)keyframe.Offset + 16, keyframe.Length - 16).Clear();

        var shots = await Shoot.TakeAsync(new MemorySource(broken), plan);

        Assert.Equal(4, shots.Count);
        Assert.All(shots.Zip(plan.Shots), pair => Assert.InRange(Math.Abs((pair.First.TakenAt - pair.Second.Keyframes[0].Time).TotalSeconds), 0.9, 2.1));
    }

    private static Task<Video> OneTrackAsync() => Video.MakeAsync(
        "track.mkv", ["-f", "lavfi", "-i", Video.Pattern(4, "64x64")], Video.H264, ["-bf", "0", "-live", "1", "-cluster_time_limit", "1000"]);

    private static async Task AssertSamePicturesAsync(byte[] original, byte[] changed)
    {
        var expected = await Shoot.PlanAsync(original);
        var plan = await Shoot.PlanAsync(changed);

        Assert.Equal(4, expected.ShotCount);
        Assert.Equal(await Shoot.HashAsync(new MemorySource(original), expected), await Shoot.HashAsync(new MemorySource(changed), plan));
        Assert.DoesNotContain(null, await Shoot.HashAsync(new MemorySource(changed), plan));
    }

    private Task<byte[]> ReadFilmAsync() => File.ReadAllBytesAsync(film.Path, TestContext.Current.CancellationToken);

    /// <summary>Makes gaps of the elements of an id: Void has one byte, so what follows it is a size that covers the rest.</summary>
    private static byte[] Rename(byte[] file, uint id)
    {
        var element = Find(file, id);
        var gap = Element(Void, new byte[element.Length - 9]);
        gap.CopyTo(file, element.Offset);
        return file;
    }

    /// <summary>The segment with an unknown size, so that its end may move.</summary>
    private static byte[] Unsized(byte[] file, (uint Id, int Offset, int HeaderLength, int Length) segment)
    {
        file[segment.Offset + 4] = 0x01;
        file.AsSpan(segment.Offset + 5, 7).Fill(0xFF);
        return file;
    }

    /// <param name="secondsOff">Half a GOP; more where places are guessed from times, as bits are not spread evenly.</param>
    private static void AssertEvenlySpaced(List<Screenshot> shots, double secondsOff = 0.6)
    {
        Assert.Equal(Enumerable.Range(0, 10), shots.Select(shot => shot.Index));
        // Where nothing tells the duration, the video ends with its last keyframe, a second too early.
        Assert.All(shots, shot => Assert.Equal(3 + 6 * shot.Index, shot.WantedAt.TotalSeconds, tolerance: 1));
        Assert.All(shots, shot => Assert.Equal(shot.WantedAt.TotalSeconds, shot.TakenAt.TotalSeconds, tolerance: secondsOff));
        Assert.All(shots, shot => Assert.False(shot.IsDamaged));
    }

    private static async Task AssertEqualToWholeFileAsync(string path, FileByteSource file, ScreenshotPlan plan)
    {
        var whole = await WholeFile.HashKeyframesAsync(path, "matroska");
        var hashes = await Shoot.HashAsync(file, plan);
        foreach (var (shot, hash) in plan.Shots.Zip(hashes))
        {
            var keyframe = shot.Keyframes[0];
            var bytes = (await file.ReadAsync([keyframe.Range], TestContext.Current.CancellationToken))[0];
            Assert.Contains(hash, whole[keyframe.Offset + PayloadOf(bytes.Span).Offset]);
        }
    }
}
