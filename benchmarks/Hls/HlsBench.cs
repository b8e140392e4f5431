using EventTorrent.Media.Hls;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Hls;

/// <summary>
/// Streams against plain ffmpeg with the same options, turn and turn about: a copy, and an encode in chunks by two workers of one thread each
/// against one ffmpeg of one thread.
/// </summary>
internal static class HlsBench
{
    private const int CopyRepetitions = 5;
    private const int ChunkRepetitions = 2;
    private const double CopyGoal = 1.10;

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        await using var directory = new TempDirectory();
        await CopyAsync(report, directory, repetitions > 0 ? repetitions : CopyRepetitions, cancellationToken);
        await new ChunkBench(report, directory).RunAsync(repetitions > 0 ? repetitions : ChunkRepetitions, cancellationToken);
    }

    private static async Task CopyAsync(Report report, TempDirectory directory, int repetitions, CancellationToken cancellationToken)
    {
        var (clip, source) = (directory["15s.mp4"], directory["film.mp4"]);
        await HlsTools.FfmpegAsync(
            [
                "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=15,noise=alls=10:allf=t", "-f", "lavfi", "-i", "sine=440:r=48000:d=15",
                // As irregular as a scene-cut detector leaves them.
                "-c:v", "libx264", "-preset", "superfast", "-pix_fmt", "yuv420p", "-g", "1000", "-sc_threshold", "0", "-force_key_frames", "0,1.2,4.6,9.6", "-c:a", "aac", clip,
            ],
            cancellationToken);
        await HlsTools.FfmpegAsync(["-stream_loop", "63", "-i", clip, "-c", "copy", source], cancellationToken);
        var free = HlsTools.Maker(("Hls:Thumbnails", "false"), ("Hls:LowerRendition", "Never"), ("Media:Jail", "Off"));
        var jailed = HlsTools.Maker(("Hls:Thumbnails", "false"), ("Hls:LowerRendition", "Never"));
        var (ours, inJail, plain) = (new List<Cost>(), new List<Cost>(), new List<Cost>());
        // The first turn fills the caches, and the jail is tried.
        for (var repetition = 0; repetition <= repetitions; repetition++)
        {
            plain.Add(await PlainCopyAsync(source, directory, cancellationToken));
            ours.Add(await OurCopyAsync(free, source, directory, cancellationToken));
            inJail.Add(await OurCopyAsync(jailed, source, directory, cancellationToken));
        }

        report.Line($"16 minutes of 360p H.264 and AAC ({new FileInfo(source).Length / 1e6:0} MB), copied; n = {repetitions}");
        report.Line();
        CostTable.Write(
            report, "plain ffmpeg", plain[1..],
            ("EventTorrent: made and joined", ours[1..], CopyGoal, CopyGoal),
            ("the same in the jail", inJail[1..], CopyGoal, null));
        report.Figure("a copy, time to that of plain ffmpeg", CostTable.Ratio(ours[1..], plain[1..], cost => cost.Wall), "0.00", atMost: CopyGoal);
        report.Figure("a copy in the jail, time to that of plain ffmpeg", CostTable.Ratio(inJail[1..], plain[1..], cost => cost.Wall), "0.00", atMost: CopyGoal);
    }

    private static async Task<Cost> OurCopyAsync(HlsMaker maker, string source, TempDirectory directory, CancellationToken cancellationToken)
    {
        var folder = new HlsFolder(directory["copy"]);
        var plan = await maker.PlanAsync(source, folder, [], cancellationToken);
        var cost = await Cost.MeasureAsync(async () =>
        {
            await maker.MakeAsync(plan, 0, source, folder, _ => { }, cancellationToken);
            if (!await maker.TryFinishAsync(plan, folder, cancellationToken))
                throw new InvalidOperationException("The stream is not finished.");
        });
        Directory.Delete(folder.Final, recursive: true);
        return cost;
    }

    private static async Task<Cost> PlainCopyAsync(string source, TempDirectory directory, CancellationToken cancellationToken)
    {
        var output = directory.CreateDirectory("plain");
        var cost = await Cost.MeasureAsync(() => HlsTools.FfmpegAsync(
            ["-copyts", "-i", source, "-map", "0:0", "-c", "copy", .. HlsTools.Segments(output, "v0"), "-map", "0:1", "-c", "copy", .. HlsTools.Segments(output, "a0")],
            cancellationToken));
        Directory.Delete(output, recursive: true);
        return cost;
    }
}
