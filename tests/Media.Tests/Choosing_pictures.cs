using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

/// <summary>Which moments of a video are shown.</summary>
public sealed class Choosing_pictures
{
    [Fact]
    public async Task A_black_intro_is_left_out_before_a_byte_of_it_is_fetched()
    {
        using var video = await Video.MakeAsync("intro.mp4",
            ["-f", "lavfi", "-i", Video.Pattern(20, "1280x720") + ",drawbox=color=black:t=fill:enable='lt(t,5.9)'"],
            Video.H264, ["-preset", "ultrafast"]);
        using var file = video.Open();

        var plan = await Shoot.PlanAsync(file, 10);
        var shots = await Shoot.TakeAsync(file, plan);

        Assert.All(plan.Shots.SelectMany(shot => shot.Keyframes), frame => Assert.True(frame.Time > TimeSpan.FromSeconds(5.8)));
        Assert.Equal(10, shots.Count);
        foreach (var shot in shots)
            Assert.True(Brightest(await Tool.PixelsAsync(shot.Jpeg)) > 100, $"Shot {shot.Index} at {shot.TakenAt} is black.");
    }

    [Fact]
    public async Task Pictures_inside_a_fade_give_way_to_their_neighbours()
    {
        // Faded nearly to white around 5.5 s and 15.5 s, where the two shots are aimed at; white noise keeps the keyframes large.
        const string Fade = ",drawbox=color=white@0.97:t=fill:enable='between(mod(t,10),4.4,6.4)',noise=alls=6:allf=t";
        using var video = await Video.MakeAsync("fade.mp4", ["-f", "lavfi", "-i", Video.Pattern(20, "320x180") + Fade],
            ["-c:v", "mpeg4", "-q:v", "2", "-g", "25", "-keyint_min", "25", "-sc_threshold", "1000000000"]);
        using var file = video.Open();

        var shots = await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 2));

        Assert.Equal(2, shots.Count);
        Assert.All(shots, shot => Assert.False(shot.TakenAt.TotalSeconds % 10 is > 4.4 and < 6.4, $"Taken in the fade at {shot.TakenAt}."));
    }

    [Theory]
    [InlineData("color=black:size=320x180:rate=25:duration=10")]
    [InlineData("color=gray:size=320x180:rate=25:duration=10,noise=alls=8:allf=t")]
    public async Task A_video_that_is_plain_all_through_gives_its_pictures_all_the_same(string plain)
    {
        using var video = await Video.MakeAsync("plain.mp4", ["-f", "lavfi", "-i", plain], Video.H264);
        using var file = video.Open();

        var shots = await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 4));

        Assert.Equal([0, 1, 2, 3], shots.Select(shot => shot.Index));
        Assert.Equal(4, shots.Select(shot => shot.TakenAt).Distinct().Count());
    }

    [Fact]
    public async Task A_header_that_lies_about_the_duration_does_not_crowd_the_pictures()
    {
        using var video = await Video.MakeAsync();
        var file = video.Read();
        // An edit list of ten hours.
        file = Mp4Bytes.With(file, "moov/trak/edts/elst", 16, 36_000_000);
        file = Mp4Bytes.With(file, "moov/mvhd", 24, 36_000_000);

        var plan = await Shoot.PlanAsync(file, 5);

        Assert.Equal([2, 6, 10, 14, 18], plan.Shots.Select(shot => Math.Round(shot.WantedAt.TotalSeconds)));
        Assert.All(plan.Shots, shot => Assert.Equal(shot.WantedAt.TotalSeconds, shot.Keyframes[0].Time.TotalSeconds, tolerance: 1.1));
    }

    [Theory]
    [InlineData("with-cover.mov", new[] { "-map", "0:v", "-map", "1:v" })]
    [InlineData("with-cover.mp4", new[] { "-map", "0:v", "-map", "1:v", "-disposition:v:0", "attached_pic" })]
    [InlineData("with-cover.m4v", new[] { "-map", "0:v", "-map", "1:v" })]
    public async Task Cover_art_before_the_film_is_not_the_film(string name, string[] maps)
    {
        using var cover = await Video.MakeAsync("cover.jpg", ["-f", "lavfi", "-i", Video.Pattern(1, "640x640")], ["-frames:v", "1"]);
        using var film = await Video.MakeAsync();
        using var video = await Video.MakeAsync(name, ["-i", cover.Path, "-i", film.Path], maps, ["-c", "copy", "-f", name.EndsWith("mov") ? "mov" : "mp4"]);
        using var file = video.Open();

        var plan = await Shoot.PlanAsync(file, 3);
        var shots = await Shoot.TakeAsync(file, plan);

        Assert.Equal("avc1", plan.Codec);
        Assert.All(shots, shot => Assert.Equal((320, 180), (shot.Width, shot.Height)));
    }

    [Theory]
    [InlineData(0, 1, 640)] // the second is enabled
    [InlineData(1, 0, 320)] // the first is
    [InlineData(0, 0, 640)] // none: the larger
    [InlineData(1, 1, 320)] // both: the first
    public async Task Of_two_video_tracks_the_enabled_one_is_shown_else_the_larger(int first, int second, int width)
    {
        using var video = await Video.MakeAsync("two.mp4",
            ["-f", "lavfi", "-i", Video.Pattern(4, "320x180"), "-f", "lavfi", "-i", Video.Pattern(4), "-map", "0:v", "-map", "1:v"], Video.H264);
        var file = video.Read();
        var headers = Mp4Bytes.Walk(file).Where(box => box.Path == "moov/trak/tkhd").ToList();
        foreach (var (header, enabled) in headers.Zip([first, second]))
            file[header.Offset + 11] = (byte)(file[header.Offset + 11] & ~1 | enabled);

        var shots = await Shoot.TakeAsync(new MemorySource(file), await Shoot.PlanAsync(file, 2));

        Assert.All(shots, shot => Assert.Equal(width, shot.Width));
    }

    private static int Brightest(byte[] pixels) => pixels.Max();
}
