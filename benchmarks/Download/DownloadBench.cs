using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Download;

/// <summary>
/// One large file from two seeders of others' making, by our download worker and by the clients that people use, turn and turn
/// about, each alone and in a process of its own.
/// </summary>
internal static class DownloadBench
{
    private const int Megabytes = 1024;
    private const int PieceLengthBytes = 1024 * 1024;
    private const int Repetitions = 3;
    private const double SpeedGoal = 0.95;
    private const double MemoryGoalMegabytes = 150;

    public static async Task RunAsync(Report report, Amount amount, CancellationToken cancellationToken)
    {
        var repetitions = amount.Repetitions > 0 ? amount.Repetitions : Repetitions;
        var megabytes = amount.Megabytes > 0 ? amount.Megabytes : Megabytes;
        // Named as a video, as only those are downloaded.
        var content = await BenchCache.GetAsync(Text($"download-{megabytes}MiB.mkv"), path => WriteContentAsync(path, megabytes, cancellationToken));
        var torrent = await new TorrentBuilder { PieceLengthBytes = PieceLengthBytes }.BuildAsync(content, cancellationToken);
        await using var swarm = await Swarm.StartAsync(torrent, cancellationToken);
        var sides = Sides(torrent.TotalBytes);
        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            foreach (var side in sides)
            {
                await side.RunAsync(swarm, cancellationToken);
                var run = side.Runs[^1];
                report.Line($"{side.Name}: {run.Complete.TotalSeconds:0.00} s, first byte after {run.FirstByte.TotalSeconds:0.00} s, {run.ProcessorSeconds:0.0} s of CPU, peak {run.PeakBytes >> 20} MiB");
            }
        }

        Write(report, sides, megabytes, repetitions);
    }

    private static List<Side> Sides(long bytes) =>
    [
        new("EventTorrent", bytes, OurClient.DownloadAsync),
        new("aria2", bytes, OtherClients.AriaAsync),
        new("qBittorrent", bytes, OtherClients.QBittorrentAsync),
        new("Transmission", bytes, OtherClients.TransmissionAsync),
    ];

    private static void Write(Report report, List<Side> sides, int megabytes, int repetitions)
    {
        report.Line();
        report.Line($"{megabytes} MiB in pieces of 1 MiB from one qBittorrent and one aria2 that seed; n={repetitions} each, turn and turn about. Median (min-max)");
        report.Line("EventTorrent is the download worker without its bus, in a process of its own; memory is VmHWM, the peak of what was resident, mapped files included.");
        var ours = sides[0].Runs;
        report.Table(
            ["client", "to first byte, ms", "MB/s from add", "MB/s from first byte", "ours / its, from add", "CPU s", "peak MiB", "anonymous MiB"],
            sides.Select(side => (string[])
            [
                side.Name,
                Spread.Of(side.Runs.Select(run => run.FirstByte.TotalMilliseconds)).ToString("0"),
                Spread.Of(side.Runs.Select(run => run.MegabytesPerSecond)).ToString("0"),
                Spread.Of(side.Runs.Select(run => run.MegabytesPerSecondOfTransfer)).ToString("0"),
                Spread.Of(ours.Zip(side.Runs).Select(pair => pair.First.MegabytesPerSecond / pair.Second.MegabytesPerSecond)).ToString("0.00"),
                Spread.Of(side.Runs.Select(run => run.ProcessorSeconds)).ToString("0.0"),
                Spread.Of(side.Runs.Select(run => run.PeakBytes / 1048576.0)).ToString("0"),
                Spread.Of(side.Runs.Select(run => run.AnonymousBytes / 1048576.0)).ToString("0"),
            ]));
        foreach (var side in sides.Skip(1))
        {
            report.Figure(
                $"MB/s of ours, to those of {side.Name}", Spread.Of(ours.Zip(side.Runs).Select(pair => pair.First.MegabytesPerSecond / pair.Second.MegabytesPerSecond)).Median, "0.00", atLeast: SpeedGoal);
        }

        report.Figure("peak memory of ours, MB", Spread.Of(ours.Select(run => run.PeakBytes / 1e6)).Median, "0", atMost: MemoryGoalMegabytes);
    }

    private static async Task WriteContentAsync(string path, int megabytes, CancellationToken cancellationToken)
    {
        var random = new Random(megabytes);
        var part = new byte[1 << 20];
        await using var file = File.Create(path);
        for (var written = 0; written < megabytes; written++)
        {
            random.NextBytes(part);
            await file.WriteAsync(part, cancellationToken);
        }
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
