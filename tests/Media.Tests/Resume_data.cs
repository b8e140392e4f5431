using System.Text;
using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

public sealed class Resume_data
{
    [Fact]
    public async Task Another_worker_goes_on_without_reading_the_index()
    {
        using var video = await Video.MakeAsync();
        using var file = video.Open();
        var data = (await Shoot.PlanAsync(file, 4)).ToResumeData();
        var source = new CountingByteSource(file);

        Assert.True(ScreenshotPlan.TryParse(data, file.Length, out var plan));
        var shots = await Shoot.TakeAsync(source, plan!);

        Assert.Equal(4, shots.Count);
        Assert.Equal(plan!.Shots.Sum(shot => shot.Keyframes[0].Length), source.BytesRead);
        Assert.Equal(1, source.Rounds);
    }

    [Fact]
    public async Task What_is_written_is_read()
    {
        var plan = await PlanAsync(10);

        Assert.True(ScreenshotPlan.TryParse(plan.ToResumeData(), plan.FileLength, out var read));

        Assert.Equal((plan.Container, plan.Codec, plan.Duration, plan.ShotCount, plan.FileLength),
            (read!.Container, read.Codec, read.Duration, read.ShotCount, read.FileLength));
        Assert.Equal(plan.Needed, read.Needed);
        Assert.Equal(plan.Heads.Select(head => head.ToArray()), read.Heads.Select(head => head.ToArray()));
        Assert.Equal(plan.Shots.SelectMany(shot => shot.Keyframes), read.Shots.SelectMany(shot => shot.Keyframes));
        Assert.Equal(plan.ToResumeData(), read.ToResumeData());
    }

    [Fact]
    public async Task A_plan_fits_only_the_file_it_was_made_for()
    {
        var plan = await PlanAsync(2);

        Assert.False(ScreenshotPlan.TryParse(plan.ToResumeData(), plan.FileLength + 1, out var other));
        Assert.Null(other);
    }

    [Fact]
    public async Task Sixty_shots_with_their_stand_ins_fit_easily()
    {
        using var video = await Video.MakeAsync("many.mov", ["-f", "lavfi", "-i", Video.Pattern(20, "64x64")], ["-c:v", "prores"]);

        var plan = await Shoot.PlanAsync(video.Read(), 60);

        Assert.Equal(60, plan.ShotCount);
        Assert.InRange(plan.ToResumeData().Length, 1, ScreenshotPlan.MaxResumeBytes / 8);
    }

    [Fact]
    public async Task A_sample_description_that_is_too_big_gives_no_resume_data()
    {
        using var video = await Video.MakeAsync("v.mov", ["-f", "lavfi", "-i", Video.Pattern(1, "64x64")], Video.H264);
        var file = Mp4Bytes.Replace(video.Read(), "moov/trak/mdia/minf/stbl/stsd", stsd =>
        {
            var entry = Mp4Bytes.Box("avc1", stsd[24..], Mp4Bytes.Box("free", new byte[300_000]));
            return Mp4Bytes.Box("stsd", Mp4Bytes.UInt32(0, 1), entry);
        });
        var plan = await Shoot.PlanAsync(file, 1);

        Assert.Empty(plan.ToResumeData());
        Assert.Single(await Shoot.TakeAsync(new MemorySource(file), plan));
    }

    [Fact]
    public async Task Damaged_data_is_refused()
    {
        var plan = await PlanAsync(3);
        var data = plan.ToResumeData();
        var random = new Random(11);

        Assert.False(ScreenshotPlan.TryParse([], plan.FileLength, out _));
        Assert.False(ScreenshotPlan.TryParse("null"u8, plan.FileLength, out _));
        Assert.False(ScreenshotPlan.TryParse(new byte[1 << 20], plan.FileLength, out _));
        for (var length = 0; length < data.Length; length++)
            Assert.False(ScreenshotPlan.TryParse(data.AsSpan(0, length), plan.FileLength, out _));
        for (var run = 0; run < 20_000; run++)
        {
            var copy = data.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
                copy[random.Next(copy.Length)] = (byte)random.Next(32, 127);
            if (ScreenshotPlan.TryParse(copy, plan.FileLength, out var read))
                AssertInside(read!, plan.FileLength);
        }
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":2")]
    [InlineData("\"container\":\"mp4\"", "\"container\":\"hls\"")]
    [InlineData("\"container\":\"mp4\"", "\"container\":null")]
    [InlineData("\"codec\":\"avc1\"", "\"codec\":\"\"")]
    [InlineData("\"needed\":[[", "\"needed\":[[-1,1],[")]
    [InlineData("\"needed\":[[", "\"needed\":[[9223372036854775807,9223372036854775807],[")]
    [InlineData("\"needed\":[[", "\"needed\":[null,[")]
    [InlineData("\"shots\":[{", "\"shots\":[null,{")]
    [InlineData("\"keyframes\":[[", "\"keyframes\":[[0,33554433,0,0],[")]
    [InlineData("\"keyframes\":[[", "\"keyframes\":[[0,1,0,1],[")]
    [InlineData("\"keyframes\":[[", "\"keyframes\":[[0,1,0,-1],[")]
    [InlineData("\"keyframes\":[[", "\"keyframes\":[[0,1,-1,0],[")]
    [InlineData("\"keyframes\":[[", "\"keyframes\":[[0,1,0],[")]
    [InlineData("\"heads\":[", "\"heads\":[\"AAAA\",")]
    [InlineData("{\"version\"", "{\"more\":1,\"version\"")]
    public async Task Any_value_out_of_range_is_refused(string value, string replacement)
    {
        var plan = await PlanAsync(3);
        var json = Encoding.UTF8.GetString(plan.ToResumeData());
        Assert.Contains(value, json, StringComparison.Ordinal);

        var position = json.IndexOf(value, StringComparison.Ordinal);
        var wrong = string.Concat(json.AsSpan(0, position), replacement, json.AsSpan(position + value.Length));

        Assert.False(ScreenshotPlan.TryParse(Encoding.UTF8.GetBytes(wrong), plan.FileLength, out _));
    }

    [Theory]
    [InlineData("[OFFSET,0,TIME,0,ANCHOR]", true)]
    [InlineData("[OFFSET,0,TIME,0]", false)]
    [InlineData("[OFFSET,0,TIME,0,-1]", false)]
    [InlineData("[OFFSET,0,TIME,0,9223372036854775807]", false)]
    [InlineData("[OFFSET,0,TIME,1,ANCHOR]", false)]
    [InlineData("[OFFSET,0,-1,0,ANCHOR]", false)]
    [InlineData("[9223372036854775807,0,TIME,0,ANCHOR]", false)]
    [InlineData("[OFFSET,1,TIME,0,ANCHOR]", false)]
    [InlineData("[OFFSET,0,TIME,0,ANCHOR,0]", false)]
    public async Task Entry_points_are_checked_as_well(string entry, bool isSound)
    {
        using var video = await Video.MakeAsync("v.mkv", ["-f", "lavfi", "-i", Video.Pattern(4, "64x64")], Video.H264, ["-cluster_time_limit", "1000"]);
        var plan = await Shoot.PlanAsync(video.Read(), 2);
        var json = Encoding.UTF8.GetString(plan.ToResumeData());
        var standIn = plan.Shots.SelectMany(shot => shot.Keyframes).First(frame => !frame.IsLocated);
        var written = FormattableString.Invariant($"[{standIn.Offset},0,{standIn.Time.Ticks},0,{standIn.Anchor}]");
        Assert.Contains(written, json, StringComparison.Ordinal);

        var other = entry
            .Replace("OFFSET", FormattableString.Invariant($"{standIn.Offset}"), StringComparison.Ordinal)
            .Replace("TIME", FormattableString.Invariant($"{standIn.Time.Ticks}"), StringComparison.Ordinal)
            .Replace("ANCHOR", FormattableString.Invariant($"{standIn.Anchor}"), StringComparison.Ordinal);

        Assert.Equal(isSound, ScreenshotPlan.TryParse(Encoding.UTF8.GetBytes(json.Replace(written, other, StringComparison.Ordinal)), plan.FileLength, out _));
    }

    private static void AssertInside(ScreenshotPlan plan, long fileLength)
    {
        Assert.InRange(plan.ShotCount, 1, ScreenshotPlan.MaxShots);
        Assert.All(plan.Shots.SelectMany(shot => shot.Keyframes), frame =>
        {
            Assert.InRange(frame.Offset, 0, fileLength - frame.Length);
            Assert.InRange(frame.Head, 0, plan.Heads.Count - 1);
        });
    }

    private static async Task<ScreenshotPlan> PlanAsync(int count)
    {
        using var video = await Video.MakeAsync("v.mp4", ["-f", "lavfi", "-i", Video.Pattern(4, "64x64")], Video.H264, ["-g", "5", "-keyint_min", "5"]);
        return await Shoot.PlanAsync(video.Read(), count);
    }
}
