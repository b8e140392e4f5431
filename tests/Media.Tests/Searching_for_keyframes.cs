using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

/// <summary>Long films without an index, whose keyframes are seconds apart.</summary>
public sealed class Searching_for_keyframes
{
    private const string Loops = "9";

    /// <summary>For one picture of one or two blocks.</summary>
    private const int MaxBytes = 350_000;
    private static readonly string[] H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-b:v", "1500k", "-sc_threshold", "0", "-g", "1000"];
    private static readonly string[] LowDelay = [.. H264, "-bf", "0"];
    private static readonly string[] Mpeg2 = ["-c:v", "mpeg2video", "-b:v", "1500k", "-bf", "2", "-sc_threshold", "1000000000", "-g", "60"];

    public static TheoryData<string, string, string[], string[]> Films => new()
    {
        { "transport stream", "v.ts", H264, [] },
        { "transport stream without B-frames", "v.ts", LowDelay, [] },
        { "transport stream of MPEG-2", "v.ts", Mpeg2, [] },
        { "transport stream of Blu-ray", "v.m2ts", H264, ["-mpegts_m2ts_mode", "1"] },
        { "FLV", "v.flv", H264, [] },
        { "Matroska of a recording", "v.mkv", H264, ["-live", "1"] },
        { "VOB", "v.vob", Mpeg2, [] },
    };

    [Theory]
    [MemberData(nameof(Films))]
    public async Task Few_looks_lead_to_a_keyframe(string kind, string name, string[] encoder, string[] muxer)
    {
        using var start = await Video.MakeAsync(
            "start.mkv",
            ["-f", "lavfi", "-i", Video.Pattern(24, "320x180") + ",noise=alls=60:allf=t,format=yuv420p", "-f", "lavfi", "-i", "sine=duration=24"],
            encoder,
            ["-force_key_frames", "0,1.2,5.4,12.2,21", "-c:a", name == "v.vob" ? "mp2" : "aac"]);
        using var video = await Video.MakeAsync(name, ["-stream_loop", Loops, "-i", start.Path, "-map", "0", "-c", "copy"], muxer);
        using var file = video.Open();
        var source = new CountingByteSource(file);

        var plan = await Shoot.PlanAsync(source);
        var shots = await Shoot.TakeAsync(source, plan);

        Assert.Equal(10, shots.Count);
        Assert.All(shots, shot => Assert.False(shot.IsDamaged));
        // A group of pictures in front of the wanted time, and one behind.
        Assert.All(plan.Shots, shot => Assert.InRange((shot.Keyframes[0].Time - shot.WantedAt).TotalSeconds, -14, 10));
        var ratio = (double)source.BlockBytes / Blocks.Touched(plan.Needed, plan.FileLength);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{kind}: {plan.Codec}, {source.Rounds} rounds, {source.BlockBytes} of {plan.FileLength} bytes, {ratio:0.00} x the least");
        // Half a group of pictures is some 800,000 bytes.
        Assert.InRange(source.BlockBytes, 1, 10 * MaxBytes);
    }
}
