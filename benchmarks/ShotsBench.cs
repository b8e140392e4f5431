using System.Diagnostics;
using System.Text.Json;
using EventTorrent.TestKit;
using EventTorrent.Torrents;

namespace EventTorrent.Benchmarks;

/// <summary>
/// Ten screenshots of a real-sized video by the built program, block mode beside whole pieces in one run: what they cost,
/// against the least that is possible.
/// </summary>
internal static class ShotsBench
{
    private const int Shots = 10;
    private const int PieceLengthBytes = 4 * 1024 * 1024;
    private const int DefaultRepetitions = 3;
    private const int Loops = 4;
    private static readonly TimeSpan RunDeadline = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan JoinDeadline = TimeSpan.FromMinutes(2);
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        var program = Path.Combine(RepositoryPaths.Root, "AllInOne", "bin", "Release", "net10.0", "EventTorrent.AllInOne.dll");
        if (!File.Exists(program))
        {
            throw new InvalidOperationException($"{Path.GetRelativePath(RepositoryPaths.Root, program)} is not built; ./bench.sh builds it.");
        }

        var video = await MakeVideoAsync(cancellationToken);
        var torrent = await new TorrentBuilder { PieceLengthBytes = PieceLengthBytes }.BuildAsync(video, cancellationToken);
        await using var seeder = await TransmissionSeeder.StartAsync(torrent, cancellationToken);
        report.Line($"{Shots} shots of a 720p MP4, moov at the end: {torrent.TotalBytes:N0} bytes ({torrent.TotalBytes / 1048576.0:0} MiB) in {torrent.PieceCount} pieces of 4 MiB; seeder: transmission-daemon");
        var runs = new List<Run>();
        for (var repetition = 0; repetition < (repetitions > 0 ? repetitions : DefaultRepetitions); repetition++)
        {
            foreach (var policy in (VerificationPolicy[])[VerificationPolicy.Blocks, VerificationPolicy.Pieces])
            {
                runs.Add(await TakeAsync(program, torrent, seeder, policy, cancellationToken));
            }
        }

        Print(report, torrent, runs);
    }

    private static void Print(Report report, TestTorrent torrent, List<Run> runs)
    {
        report.Line();
        report.Table(
            ["mode", "payload fetched", "needed", "ratio", "of the file", "metadata", "rounds", "first shot s", "all s"],
            runs.GroupBy(run => run.Policy).Select(mode => (string[])
            [
                mode.Key.ToString(),
                Spread.Of(mode.Select(run => (double)run.Reply.BytesFetched)).ToString("N0"),
                Text($"{mode.First().NeededBytes:N0}"),
                Text($"{Median(mode, Ratio):0.000}"),
                Text($"{Median(mode, run => run.Reply.BytesFetched) / torrent.TotalBytes:P2}"),
                Text($"{mode.First().Reply.MetadataBytes:N0}"),
                Text($"{Median(mode, run => run.Reply.Rounds):0}"),
                Spread.Of(mode.Select(run => run.Reply.TimeToFirstShotMs / 1000.0)).ToString("0.0"),
                Spread.Of(mode.Select(run => run.Elapsed.TotalSeconds)).ToString("0.0"),
            ]));
        var blocks = runs.Where(run => run.Policy == VerificationPolicy.Blocks).ToList();
        var pieces = runs.Where(run => run.Policy == VerificationPolicy.Pieces).ToList();
        report.Line($"Needed: the blocks (16 KiB) or pieces that hold moov and the {Shots} keyframes, by ffprobe; the program itself says {blocks[0].Reply.BlocksNeededBytes:N0} bytes of blocks.");
        report.Figure("payload by blocks, to the least possible", Median(blocks, Ratio), "0.000");
        report.Figure("payload by whole pieces, to the least possible", Median(pieces, Ratio), "0.000");
        report.Figure("payload by whole pieces, to that by blocks", Median(pieces, run => run.Reply.BytesFetched) / Median(blocks, run => run.Reply.BytesFetched), "0.0");
    }

    private static double Ratio(Run run) => (double)run.Reply.BytesFetched / run.NeededBytes;

    private static double Median(IEnumerable<Run> runs, Func<Run, double> value) => Spread.Of(runs.Select(value)).Median;

    private static async Task<Run> TakeAsync(
        string program, TestTorrent torrent, TransmissionSeeder seeder, VerificationPolicy policy, CancellationToken cancellationToken)
    {
        await using var directory = new TempDirectory();
        var clock = Stopwatch.StartNew();
        await using var process = await ToolProcess.StartAsync(
            "dotnet",
            [
                program, "shots", torrent.Magnet(), "--peer", seeder.Endpoint.ToString(), "--allow-private-networks",
                "--count", Text($"{Shots}"), "--verification", policy.ToString(), "--out", directory.FullPath, "--json",
            ],
            environment: new Dictionary<string, string> { ["Torrents__Dht"] = "false", ["Torrents__ListenInterfaces"] = "127.0.0.1:0" });
        var code = await process.WaitForExitAsync(RunDeadline, cancellationToken);
        var elapsed = clock.Elapsed;
        var output = process.Output;
        if (code != 0)
        {
            throw new InvalidOperationException($"shots ended with {code}: {output}");
        }

        // Progress may stand before the JSON object; nothing stands after it.
        var reply = JsonSerializer.Deserialize<Reply>(output[output.IndexOf('{', StringComparison.Ordinal)..], Format)!;
        if (reply.Shots.Count != Shots || Directory.GetFiles(directory.FullPath, "*.jpg").Length != Shots)
        {
            throw new InvalidOperationException(Text($"{Shots} pictures were asked for; {reply.Shots.Count} came."));
        }

        var spans = await NeededBytes.FindAsync(torrent.Files[0].FullPath, reply.Shots.Select(shot => shot.KeyframeTimeS), cancellationToken);
        var unit = policy == VerificationPolicy.Pieces ? PieceLengthBytes : TorrentLimits.BlockBytes;
        return new Run(policy, reply, NeededBytes.Of(spans, unit, torrent.TotalBytes), elapsed);
    }

    /// <summary>16 minutes: four minutes are encoded and stand there four times.</summary>
    private static Task<string> MakeVideoAsync(CancellationToken cancellationToken) => BenchCache.GetAsync("shots-720p.mp4", async path =>
    {
        await using var directory = new TempDirectory();
        var part = await TestVideo.MakeAsync(
            new TestVideoOptions
            {
                Duration = TimeSpan.FromMinutes(4),
                Width = 1280,
                Height = 720,
                Noise = 22,
                VideoBitsPerSecond = 4_000_000,
                Preset = "superfast",
            },
            cancellationToken,
            directory.FullPath);
        var list = directory["list.txt"];
        await File.WriteAllLinesAsync(list, Enumerable.Repeat($"file '{part}'", Loops), cancellationToken);
        await ToolProcess.RunAsync(
            "ffmpeg", ["-nostdin", "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", list, "-c", "copy", "-f", "mp4", "file:" + path], JoinDeadline, cancellationToken);
    });

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Run(VerificationPolicy Policy, Reply Reply, long NeededBytes, TimeSpan Elapsed);

    /// <summary>What the bench reads of the program's JSON.</summary>
    private sealed record Reply(
        long BytesNeeded, long BlocksNeededBytes, long BytesFetched, long MetadataBytes, int Rounds, long TimeToFirstShotMs, IReadOnlyList<ReplyShot> Shots);

    private sealed record ReplyShot(int Index, double KeyframeTimeS);
}
