using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EventTorrent.Media;
using EventTorrent.Media.Hls;
using EventTorrent.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTorrent.Benchmarks;

/// <summary>
/// Streams against plain ffmpeg with the same options, turn and turn about: a copy, and an encode in chunks by two workers of
/// one thread each against one ffmpeg of one thread.
/// </summary>
internal static partial class HlsBench
{
    private const int CopyRepetitions = 5;
    private const int ChunkRepetitions = 3;
    private const int Chunks = 4;

    /// <summary>Frames on either side of a join whose quality is compared.</summary>
    private const int NearJoin = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly TestVideoOptions Film = new() { Width = 640, Height = 360, Noise = 10, Duration = TimeSpan.FromSeconds(15) };
    private static readonly TestVideoOptions Clip = new() { Width = 640, Height = 360, Noise = 5, Duration = TimeSpan.FromSeconds(32), Audio = false };

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        await using var directory = new TempDirectory();
        await CopyAsync(report, directory, repetitions > 0 ? repetitions : CopyRepetitions, cancellationToken);
        await EncodeAsync(report, directory, repetitions > 0 ? repetitions : ChunkRepetitions, cancellationToken);
    }

    private static async Task CopyAsync(Report report, TempDirectory directory, int repetitions, CancellationToken cancellationToken)
    {
        var source = directory["film.mp4"];
        await FfmpegAsync(["-stream_loop", "63", "-i", await TestVideo.MakeAsync(Film, cancellationToken), "-c", "copy", source], cancellationToken);
        var maker = Maker(("Hls:Thumbnails", "false"), ("Hls:LowerRendition", "false"));
        var (ours, plain) = (new List<Cost>(), new List<Cost>());
        // The first turn fills the caches.
        for (var repetition = 0; repetition <= repetitions; repetition++)
        {
            var folder = new HlsFolder(directory[$"copy{repetition}"]);
            var plan = await maker.PlanAsync(source, folder, [], cancellationToken);
            ours.Add(await MeasureAsync(async () =>
            {
                await maker.MakeAsync(plan, 0, source, folder, _ => { }, cancellationToken);
                await maker.TryFinishAsync(plan, folder, cancellationToken);
            }));
            var output = directory.CreateDirectory($"plain{repetition}");
            plain.Add(await MeasureAsync(() => FfmpegAsync(
                ["-copyts", "-i", source, .. Output("0:0", "copy", output, "v0"), .. Output("0:1", "copy", output, "a0")], cancellationToken)));
            Directory.Delete(folder.Final, recursive: true);
            Directory.Delete(output, recursive: true);
        }

        report.Line($"16 minutes of 360p H.264 and AAC, copied; n = {repetitions}");
        report.Line();
        WriteTable(report, ("plain ffmpeg", plain[1..]), ("EventTorrent: made and joined", ours[1..]));
    }

    private static async Task EncodeAsync(Report report, TempDirectory directory, int repetitions, CancellationToken cancellationToken)
    {
        var source = directory["clip.mkv"];
        await FfmpegAsync(["-i", await TestVideo.MakeAsync(Clip, cancellationToken), "-c:v", "mpeg4", "-q:v", "3", "-bf", "2", source], cancellationToken);
        var chunk = Clip.Duration / Chunks;
        var maker = Maker(("Hls:Thumbnails", "false"), ("Hls:Threads", "1"), ("Hls:Chunk", chunk.ToString("c", CultureInfo.InvariantCulture)));
        var (chunked, single) = (new List<Cost>(), new List<Cost>());
        var (folder, output) = (new HlsFolder(""), "");
        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            folder = new HlsFolder(directory[$"chunks{repetition}"]);
            output = directory.CreateDirectory($"single{repetition}");
            var plan = await maker.PlanAsync(source, folder, [], cancellationToken);
            single.Add(await MeasureAsync(() => FfmpegAsync(
                [
                    "-threads", "1", "-filter_complex_threads", "1", "-copyts", "-i", source, "-filter_complex", "[0:0]scale=640:360:out_range=tv,setsar=1,format=yuv420p[v]",
                    .. Output("[v]", "libx264", output, "v0"),
                ],
                cancellationToken)));
            chunked.Add(await MeasureAsync(async () =>
            {
                await Parallel.ForEachAsync(
                    Enumerable.Range(0, plan.ItemCount),
                    new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken },
                    async (item, token) => await maker.MakeAsync(plan, item, source, folder, _ => { }, token));
                await maker.TryFinishAsync(plan, folder, cancellationToken);
            }));
        }

        report.Line($"{Clip.Duration.TotalSeconds} s of 360p, MPEG-4 to H.264 (veryfast), {Chunks} chunks; n = {repetitions}");
        report.Line();
        WriteTable(report, ("one ffmpeg, one thread", single), ("two workers of one thread each, joined", chunked));
        await CompareAsync(report, source, Path.Join(output, "v0.m3u8"), Path.Join(folder.Final, "v0.m3u8"), cancellationToken);
    }

    /// <summary>Frames, times and quality of both, of the last turn.</summary>
    private static async Task CompareAsync(Report report, string source, string single, string joined, CancellationToken cancellationToken)
    {
        var times = (Single: await TimesAsync(single, cancellationToken), Joined: await TimesAsync(joined, cancellationToken));
        report.Line($"Frames: {times.Single.Length} and {times.Joined.Length}; timestamps {(times.Single.SequenceEqual(times.Joined) ? "equal" : "DIFFERENT")}");
        var quality = (Single: await QualityAsync(single, source, cancellationToken), Joined: await QualityAsync(joined, source, cancellationToken));
        report.Line($"PSNR of luma, mean: {quality.Single.Average():0.00} and {quality.Joined.Average():0.00} dB; least: {quality.Single.Min():0.00} and {quality.Joined.Min():0.00} dB");
        var frames = quality.Single.Length / Chunks;
        foreach (var join in Enumerable.Range(1, Chunks - 1))
        {
            var near = (join * frames - NearJoin)..(join * frames + NearJoin);
            report.Line($"Around join {join}: {quality.Single[near].Average():0.00} and {quality.Joined[near].Average():0.00} dB");
        }

        report.Line();
    }

    private static HlsMaker Maker(params (string Key, string Value)[] options)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(options.ToDictionary(option => option.Key, option => (string?)option.Value)).Build();
        return new ServiceCollection().AddLogging().AddHls(configuration).BuildServiceProvider().GetRequiredService<HlsMaker>();
    }

    private static string[] Output(string map, string codec, string output, string name)
    {
        string[] encoder = codec == "copy"
            ? []
            :
            [
                "-preset", "veryfast", "-crf", "23", "-maxrate", "3000000", "-bufsize", "3000000", "-profile:v", "high", "-pix_fmt", "yuv420p", "-threads", "1",
                "-sc_threshold", "0", "-g", "600", "-force_key_frames", "expr:gte(t,n_forced*2)", "-fps_mode", "passthrough", "-enc_time_base", "1:90000",
            ];
        return
        [
            "-map", map, "-c", codec, .. encoder, "-output_ts_offset", "10", "-avoid_negative_ts", "disabled", "-muxdelay", "0", "-muxpreload", "0",
            "-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "-hls_segment_filename", Path.Join(output, name + "_%05d.ts"), Path.Join(output, name + ".m3u8"),
        ];
    }

    private static Task<string> FfmpegAsync(string[] arguments, CancellationToken cancellationToken) =>
        ToolProcess.RunAsync("ffmpeg", ["-hide_banner", "-nostdin", "-v", "error", "-y", .. arguments], Patience, cancellationToken);

    private static async Task<double[]> TimesAsync(string playlist, CancellationToken cancellationToken)
    {
        var output = await ToolProcess.RunAsync(
            "ffprobe", ["-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0", playlist], Patience, cancellationToken);
        return [.. Number().Matches(output).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture)).Order()];
    }

    /// <summary>Frame by frame against the source, in the order in which they are shown.</summary>
    private static async Task<double[]> QualityAsync(string playlist, string source, CancellationToken cancellationToken)
    {
        await using var directory = new TempDirectory();
        await FfmpegAsync(
            ["-i", playlist, "-i", source, "-lavfi", $"[0:v]setpts=N/25/TB[a];[1:v]setpts=N/25/TB[b];[a][b]psnr=stats_file={directory["psnr"]}", "-f", "null", "-"], cancellationToken);
        return [.. Luma().Matches(await File.ReadAllTextAsync(directory["psnr"], cancellationToken)).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
    }

    private static async Task<Cost> MeasureAsync(Func<Task> work)
    {
        var (watch, before) = (Stopwatch.StartNew(), ProcessorSeconds());
        await work();
        return new(watch.Elapsed.TotalSeconds, ProcessorSeconds() - before);
    }

    /// <summary>Of this process and of all that it has started and waited for (proc(5), stat: fields 14 to 17, in hundredths of a second).</summary>
    private static double ProcessorSeconds()
    {
        const int TicksPerSecond = 100;
        var stat = File.ReadAllText("/proc/self/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private static void WriteTable(Report report, (string Name, List<Cost> Costs) plain, (string Name, List<Cost> Costs) ours)
    {
        report.Table(
            ["", "wall s", "processor s"],
            [
                Row(plain.Name, plain.Costs, "0.00"),
                Row(ours.Name, ours.Costs, "0.00"),
                Row("ratio", [.. ours.Costs.Zip(plain.Costs).Select(pair => new Cost(pair.First.Wall / pair.Second.Wall, pair.First.Processor / pair.Second.Processor))], "0.00"),
            ]);

        static string[] Row(string name, IReadOnlyCollection<Cost> costs, string format) =>
            [name, Spread.Of(costs.Select(cost => cost.Wall)).ToString(format), Spread.Of(costs.Select(cost => cost.Processor)).ToString(format)];
    }

    [GeneratedRegex(@"[0-9]+\.[0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex(@"psnr_y:([0-9.]+)")]
    private static partial Regex Luma();

    private sealed record Cost(double Wall, double Processor);
}
