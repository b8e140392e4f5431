using System.Diagnostics;
using System.Globalization;
using EventTorrent.TestKit;
using EventTorrent.Torrents;
using EventTorrent.Workers.Screenshot;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Benchmarks.Memory;

/// <summary>
/// Whether a screenshot worker stays as large as it is: a thousand tasks through its job, from the metadata to the picture, on one
/// engine, as many at once as a worker has slots. The seed lives in the same process, and a new one takes its place at times.
/// </summary>
internal static class MemoryBench
{
    private const int Tasks = 1000;
    private const int Window = 100;

    /// <summary>What is resident in the second hundred of tasks may grow by so much until the last.</summary>
    private const double GoalMebibytes = 20;

    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);
    private static readonly int[] Widths = [11, 5, 12, 6, 8, 9, 7, 7, 10];

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        await using var directory = new TempDirectory();
        var films = await MemoryFilms.MakeAsync(directory, cancellationToken);
        await using var services = Services();
        var slots = new ScreenshotWorkerOptions().Slots;
        report.Line($"{Tasks} tasks of one picture each, {slots} at once: torrents of {films.Count} files (mp4, mov, mkv, avi, flv, ts, webm, wmv, mpg; cut, packed, noise, blank).");
        report.Line("Samples are taken each second; medians of a hundred tasks, with the least and the greatest of what is resident, in MiB.");
        report.Line();
        report.Row(Widths, "tasks ended", "s", "resident MiB", "least", "greatest", "anonymous", "managed", "threads", "open files");
        var clock = Stopwatch.StartNew();
        var (first, last) = (0.0, 0.0);
        for (var done = 0; done < Tasks; done += Window)
        {
            var samples = await RunWindowAsync(services.GetRequiredService<ScreenshotJob>(), films, done, slots, cancellationToken);
            report.Row(
                Widths,
                Text($"{done + Window}"),
                Text($"{clock.Elapsed.TotalSeconds:0}"),
                Text($"{last = Median(samples, sample => sample.ResidentMebibytes):0.0}"),
                Text($"{samples.Min(sample => sample.ResidentMebibytes):0.0}"),
                Text($"{samples.Max(sample => sample.ResidentMebibytes):0.0}"),
                Text($"{Median(samples, sample => sample.AnonymousMebibytes):0.0}"),
                Text($"{Median(samples, sample => sample.ManagedMebibytes):0.0}"),
                Text($"{Median(samples, sample => sample.Threads):0}"),
                Text($"{Median(samples, sample => sample.OpenFiles):0}"));
            first = done == Window ? last : first;
        }

        report.Line();
        report.Line($"Growth from the second hundred to the last: {last - first:0.0} MiB (goal: less than {GoalMebibytes:0}).");
        report.Figure("growth of a worker over 800 tasks, MiB", last - first, "0.0", atMost: GoalMebibytes);
        if (last - first >= GoalMebibytes)
        {
            throw new InvalidOperationException(Text($"The worker grew by {last - first:0.0} MiB."));
        }
    }

    /// <summary>What a worker has, without a bus.</summary>
    private static ServiceProvider Services()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Torrents:AllowPrivateNetworks"] = "true",
            ["Torrents:ListenInterfaces"] = LoopbackAddress.NextEndpoint().ToString(),
            ["Torrents:Dht"] = "false",
        }).Build();
        return new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)).AddScreenshotJob(configuration).BuildServiceProvider();
    }

    private static async Task<List<MemorySample>> RunWindowAsync(ScreenshotJob job, MemoryFilms films, int done, int slots, CancellationToken cancellationToken)
    {
        await using var peer = new ScriptedPeer();
        var work = Parallel.ForEachAsync(
            Enumerable.Range(done, Window),
            new ParallelOptions { MaxDegreeOfParallelism = slots, CancellationToken = cancellationToken },
            async (number, token) => await RunTaskAsync(job, films, number, peer, token));
        var samples = new List<MemorySample>();
        using var timer = new PeriodicTimer(SampleInterval);
        while (!work.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken))
        {
            samples.Add(MemorySample.Take());
        }

        await work;
        return samples;
    }

    private static async Task RunTaskAsync(ScreenshotJob job, MemoryFilms films, int number, ScriptedPeer peer, CancellationToken cancellationToken)
    {
        var (torrent, ending) = await films.BuildAsync(number, cancellationToken);
        peer.Add(torrent);
        var pictures = new CountedPictures();
        var outcome = await job.RunAsync(
            new ScreenshotRequest
            {
                Source = new TorrentSource.Magnet(torrent.Magnet()),
                Options = new AddTorrentOptions { Peers = [peer.Endpoint.ToString()] },
                Shots = 1,
            },
            pictures,
            new SwarmView(),
            cancellationToken);
        var ended = outcome is ScreenshotOutcome.Failed failed ? failed.Kind.ToString() : MemoryFilms.Good;
        if (ended != ending || pictures.Count != (ending == MemoryFilms.Good ? 1 : 0))
        {
            throw new InvalidOperationException(Text($"Task {number} ended with {ended} and {pictures.Count} pictures, not with {ending}: {outcome}"));
        }
    }

    private static double Median(List<MemorySample> samples, Func<MemorySample, double> value) => Spread.Of(samples.Select(value)).Median;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
