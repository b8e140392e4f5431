using EventTorrent.Media.Tests.Support;
using static EventTorrent.Media.Tests.Support.Mp4Bytes;

namespace EventTorrent.Media.Tests;

/// <summary>Where the index of a fragmented file may be, and what it costs. The film has a keyframe and a fragment each second.</summary>
public sealed class Reading_fragmented_mp4(Reading_fragmented_mp4.Film film) : IClassFixture<Reading_fragmented_mp4.Film>
{
    /// <summary>60 s with sound at about 2 Mbit/s: too big to be read whole.</summary>
    public sealed class Film : IAsyncLifetime
    {
        private Video? _video;

        public string Path => _video!.Path;

        public async ValueTask InitializeAsync() => _video = await Video.MakeAsync("film.mp4",
            ["-f", "lavfi", "-i", Video.Pattern(60, "320x180") + ",noise=alls=40:allf=t", "-f", "lavfi", "-i", "sine=duration=60"],
            Video.H264, ["-preset", "ultrafast", "-b:v", "2M", "-b:a", "48k"]);

        public ValueTask DisposeAsync()
        {
            _video?.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    public static TheoryData<string, string, int> Layouts => new()
    {
        { "segment index", "+frag_keyframe+empty_moov+default_base_moof+global_sidx", 3 },
        { "index at the end", "+frag_keyframe+empty_moov", 4 },
        { "index at the end, offsets from the start of the file", "+frag_keyframe+empty_moov+omit_tfhd_offset", 4 },
        { "a segment index for each fragment", "+frag_keyframe+dash", 4 },
        { "the first fragment in the moov", "+frag_keyframe", 4 },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task An_index_leads_to_the_fewest_bytes(string layout, string flags, int maxRounds)
    {
        using var video = await RemuxAsync(flags);
        using var file = video.Open();
        var source = new CountingByteSource(file);

        var plan = await Shoot.PlanAsync(source);
        var shots = await Shoot.TakeAsync(source, plan);

        AssertEvenlySpaced(shots);
        Assert.InRange(source.Rounds, 2, maxRounds);
        var ratio = (double)source.BlockBytes / Blocks.Touched(plan.Needed, plan.FileLength);
        Assert.InRange(ratio, 1.0, 1.10);
        await AssertEqualToWholeFileAsync(video, file, plan);
        TestContext.Current.TestOutputHelper!.WriteLine($"{layout}: {source.Rounds} rounds, {source.BlockBytes} of {file.Length} bytes, {ratio:0.00} x the least");
    }

    [Fact]
    public async Task Without_an_index_fragments_are_looked_for()
    {
        using var video = await RemuxAsync("+frag_keyframe+empty_moov+skip_trailer");
        using var file = video.Open();
        var source = new CountingByteSource(file);

        var plan = await Shoot.PlanAsync(source);
        var shots = await Shoot.TakeAsync(source, plan);

        AssertEvenlySpaced(shots, secondsOff: 2.5);
        Assert.InRange(source.Rounds, 2, 24);
        Assert.InRange(source.BlockBytes, 1, file.Length / 3);
        await AssertEqualToWholeFileAsync(video, file, plan);
    }

    [Fact]
    public async Task A_small_file_without_an_index_is_read_whole()
    {
        using var video = await Video.MakeAsync("small.mp4",
            ["-f", "lavfi", "-i", Video.Pattern(6, "64x64")], Video.H264, ["-movflags", "+frag_keyframe+empty_moov+skip_trailer"]);
        using var file = video.Open();
        var source = new CountingByteSource(file);

        var plan = await Shoot.PlanAsync(source);

        Assert.Equal([0, 1, 2, 3, 4, 5], plan.Shots.Select(shot => Math.Round(shot.Keyframes[0].Time.TotalSeconds)));
        Assert.InRange(source.Rounds, 1, 2);
        await AssertEqualToWholeFileAsync(video, file, plan);
    }

    [Fact]
    public async Task Resume_data_locates_stand_ins_on_another_machine()
    {
        using var video = await RemuxAsync("+frag_keyframe+empty_moov+default_base_moof+global_sidx");
        using var file = video.Open();
        var data = (await Shoot.PlanAsync(file, 4)).ToResumeData();
        Assert.InRange(data.Length, 1, ScreenshotPlan.MaxResumeBytes);
        Assert.True(ScreenshotPlan.TryParse(data, file.Length, out var plan));
        // The chosen keyframes turn out to be no pictures.
        var broken = video.Read();
        foreach (var keyframe in plan!.Shots.Select(shot => shot.Keyframes[0]))
            broken.AsSpan((int)keyframe.Offset, keyframe.Length).Clear();

        var shots = await Shoot.TakeAsync(new MemorySource(broken), plan);

        Assert.Equal(4, shots.Count);
        Assert.All(shots.Zip(plan.Shots), pair => Assert.InRange(Math.Abs((pair.First.TakenAt - pair.Second.Keyframes[0].Time).TotalSeconds), 0.9, 2.1));
    }

    [Fact]
    public async Task A_segment_without_its_start_is_named()
    {
        using var video = await RemuxAsync("+frag_keyframe+empty_moov");
        var file = video.Read();
        var moov = Find(file, "moov");

        var error = await Shoot.RefusalAsync([.. file[..moov.Offset], .. file[(moov.Offset + moov.Length)..]]);

        Assert.Equal(MediaErrorKind.IndexNotFound, error.Kind);
        Assert.Contains("moov", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_encrypted_track_is_named()
    {
        using var video = await Video.MakeAsync("clear.mp4", ["-f", "lavfi", "-i", Video.Pattern(2, "64x64")], Video.H264,
            ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "00112233445566778899aabbccddeeff", "-encryption_kid", "00112233445566778899aabbccddeeff"]);

        var error = await Shoot.RefusalAsync(video.Read());

        Assert.Equal(MediaErrorKind.Encrypted, error.Kind);
    }

    private Task<Video> RemuxAsync(string flags) =>
        Video.MakeAsync("fragmented.mp4", ["-i", film.Path, "-c", "copy", "-movflags", flags]);

    /// <param name="secondsOff">Half a GOP; more where places are guessed from times, as bits are not spread evenly.</param>
    private static void AssertEvenlySpaced(List<Screenshot> shots, double secondsOff = 0.6)
    {
        Assert.Equal(Enumerable.Range(0, 10), shots.Select(shot => shot.Index));
        // Where nothing tells the duration, the video ends with its last keyframe, a second too early.
        Assert.All(shots, shot => Assert.Equal(3 + 6 * shot.Index, shot.WantedAt.TotalSeconds, tolerance: 1));
        Assert.All(shots, shot => Assert.Equal(shot.WantedAt.TotalSeconds, shot.TakenAt.TotalSeconds, tolerance: secondsOff));
        Assert.All(shots, shot => Assert.False(shot.IsDamaged));
    }

    private static async Task AssertEqualToWholeFileAsync(Video video, FileByteSource file, ScreenshotPlan plan)
    {
        var whole = await WholeFile.HashKeyframesAsync(video.Path, "mov");
        var hashes = await Shoot.HashAsync(file, plan);
        Assert.All(plan.Shots.Zip(hashes), shot => Assert.Contains(shot.Second, whole[shot.First.Keyframes[0].Offset]));
    }
}
