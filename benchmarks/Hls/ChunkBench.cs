using System.Globalization;
using System.Text.RegularExpressions;
using EventTorrent.Media.Hls;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Hls;

/// <summary>Five minutes in two chunks by two workers of one thread each, and by one ffmpeg of one thread: cost, frames, times and quality.</summary>
internal sealed partial class ChunkBench(Report report, TempDirectory directory)
{
    private const int Chunks = 2;
    private const int Minutes = 5;
    private const int FramesPerSecond = 25;
    private const double WallGoal = 0.60;
    private const double ProcessorGoal = 1.05;

    /// <summary>Frames on either side of a join whose quality is compared, and how much it may differ.</summary>
    private const int NearJoin = 5;
    private const double QualityGoal = 0.1;

    /// <summary>Of what the video repeats.</summary>
    private const int ClipSeconds = 30;

    public async Task RunAsync(int repetitions, CancellationToken cancellationToken)
    {
        var source = await MakeSourceAsync(cancellationToken);
        var chunk = TimeSpan.FromMinutes(Minutes) / Chunks;
        // What is outside of a jail can be counted.
        var maker = HlsTools.Maker(("Hls:Thumbnails", "false"), ("Hls:Threads", "1"), ("Hls:LowerRendition", "Never"), ("Hls:Chunk", chunk.ToString("c", CultureInfo.InvariantCulture)), ("Media:Jail", "Off"));
        var (chunked, single) = (new List<Cost>(), new List<Cost>());
        var (folder, output) = (new HlsFolder(""), "");
        HlsPlan? plan = null;
        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            folder = new HlsFolder(directory[$"chunks{repetition}"]);
            output = directory.CreateDirectory($"single{repetition}");
            plan = await maker.PlanAsync(source, folder, [], cancellationToken);
            single.Add(await Cost.MeasureAsync(() => HlsTools.FfmpegAsync(Single(source, output), cancellationToken)));
            chunked.Add(await Cost.MeasureAsync(() => EncodeAsync(maker, plan, source, folder, cancellationToken)));
        }

        report.Line($"{Minutes} minutes of 360p, MPEG-4 to H.264 (veryfast), {plan!.ChunkCount} chunks; n = {repetitions}");
        report.Line();
        CostTable.Write(report, "one ffmpeg, one thread", single, ("two workers of one thread each, joined", chunked, WallGoal, ProcessorGoal));
        report.Figure("an encode by two workers, time to that of one ffmpeg", CostTable.Ratio(chunked, single, cost => cost.Wall), "0.00", atMost: WallGoal);
        report.Figure("an encode by two workers, processor time to that of one ffmpeg", CostTable.Ratio(chunked, single, cost => cost.Processor), "0.00", atMost: ProcessorGoal);
        await CompareAsync(plan, source, Path.Join(output, "v0.m3u8"), Path.Join(folder.Final, "v0.m3u8"), cancellationToken);
    }

    private async Task<string> MakeSourceAsync(CancellationToken cancellationToken)
    {
        var (clip, source) = (directory["clip.mkv"], directory["long.mkv"]);
        await HlsTools.FfmpegAsync(
            [
                "-f", "lavfi", "-i", FormattableString.Invariant($"testsrc2=s=640x360:r={FramesPerSecond}:d={ClipSeconds},noise=alls=5:allf=t"),
                "-c:v", "mpeg4", "-q:v", "3", "-bf", "2", "-g", "60", clip,
            ],
            cancellationToken);
        await HlsTools.FfmpegAsync(["-stream_loop", FormattableString.Invariant($"{Minutes * 60 / ClipSeconds - 1}"), "-i", clip, "-c", "copy", source], cancellationToken);
        return source;
    }

    private static async Task EncodeAsync(HlsMaker maker, HlsPlan plan, string source, HlsFolder folder, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, plan.ItemCount),
            new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken },
            async (item, token) => await maker.MakeAsync(plan, item, source, folder, _ => { }, token));
        await maker.TryFinishAsync(plan, folder, cancellationToken);
    }

    private static string[] Single(string source, string output) =>
    [
        "-threads", "1", "-filter_complex_threads", "1", "-copyts", "-i", source, "-filter_complex", "[0:0]scale=640:360:out_range=tv,setsar=1,format=yuv420p[v]",
        "-map", "[v]", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-maxrate", "3000000", "-bufsize", "3000000", "-profile:v", "high", "-pix_fmt", "yuv420p",
        "-threads", "1", "-sc_threshold", "0", "-g", "600", "-force_key_frames", "expr:gte(t,n_forced*2)", "-fps_mode", "passthrough", "-enc_time_base", "1:90000",
        .. HlsTools.Segments(output, "v0"),
    ];

    /// <summary>Frames, times and quality of both, of the last turn.</summary>
    private async Task CompareAsync(HlsPlan plan, string source, string single, string joined, CancellationToken cancellationToken)
    {
        var times = (Single: await TimesAsync(single, cancellationToken), Joined: await TimesAsync(joined, cancellationToken));
        report.Line($"Frames: {times.Single.Length} and {times.Joined.Length}; timestamps {(times.Single.SequenceEqual(times.Joined) ? "equal: met" : "DIFFERENT: NOT MET")}.");
        report.Line($"Bytes: {SizeOf(single)} and {SizeOf(joined)}.");
        var quality = (Single: await QualityAsync(single, source, cancellationToken), Joined: await QualityAsync(joined, source, cancellationToken));
        report.Line($"PSNR of luma, mean: {quality.Single.Average():0.00} and {quality.Joined.Average():0.00} dB; least: {quality.Single.Min():0.00} and {quality.Joined.Min():0.00} dB.");
        foreach (var cut in plan.CutsMicroseconds)
        {
            var join = (int)Math.Round((cut - plan.StartMicroseconds) * FramesPerSecond / 1e6);
            var worst = Enumerable.Range(join - NearJoin, 2 * NearJoin).Select(frame => quality.Joined[frame] - quality.Single[frame]).MaxBy(Math.Abs);
            report.Line($"{NearJoin} frames on either side of the join at {join / FramesPerSecond} s: each differs by {worst:0.00} dB at most (goal: {QualityGoal:0.0}): {(Math.Abs(worst) <= QualityGoal ? "met" : "NOT MET")}.");
        }

        report.Line();
    }

    private static long SizeOf(string playlist) => Directory.EnumerateFiles(Path.GetDirectoryName(playlist)!, "v0*.ts").Sum(file => new FileInfo(file).Length);

    private static async Task<double[]> TimesAsync(string playlist, CancellationToken cancellationToken)
    {
        var output = await HlsTools.RunAsync(
            "ffprobe", ["-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0", playlist], cancellationToken);
        return [.. Number().Matches(output).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture)).Order()];
    }

    /// <summary>Frame by frame against the source, in the order in which they are shown.</summary>
    private async Task<double[]> QualityAsync(string playlist, string source, CancellationToken cancellationToken)
    {
        var log = directory["psnr"];
        await HlsTools.FfmpegAsync(
            ["-i", playlist, "-i", source, "-lavfi", $"[0:v]settb=1/25,setpts=N[a];[1:v]settb=1/25,setpts=N[b];[a][b]psnr=stats_file={log}", "-f", "null", "-"], cancellationToken);
        return [.. Luma().Matches(await File.ReadAllTextAsync(log, cancellationToken)).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex(@"[0-9]+\.[0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex(@"psnr_y:([0-9.]+)")]
    private static partial Regex Luma();
}
