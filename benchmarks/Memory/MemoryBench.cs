using System.Diagnostics;
using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Memory;

/// <summary>
/// Whether a screenshot worker stays as large as it is: a thousand tasks through a whole cluster with one worker process, whose
/// memory is looked at all the while.
/// </summary>
internal static class MemoryBench
{
    private const int Tasks = 1000;
    private const int Shots = 1;
    private const int Window = 100;
    private const int SubmittersAtOnce = 2;

    /// <summary>What is resident after the first hundred tasks may grow by so much until the last hundred.</summary>
    private const double GoalMebibytes = 20;

    private static readonly int[] Widths = [11, 5, 12, 5, 8, 9, 7, 10];
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        if (LocalCluster.Missing is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        await using var directory = new TempDirectory();
        var films = await MemoryFilms.MakeAsync(directory, cancellationToken);
        await using var swarm = new LocalSwarm();
        swarm.AddPeer();
        var scratch = directory.CreateDirectory("scratch");
        await using var cluster = await LocalCluster.StartAsync(
            new ClusterOptions
            {
                Settings = new Dictionary<string, string> { ["Logging:LogLevel:Default"] = "Warning", ["Api:RateBurst"] = "100000" },
                SettingsOf = (role, _) => role == ClusterRole.ScreenshotWorker
                    ? new Dictionary<string, string> { ["TMPDIR"] = scratch, ["DOTNET_EnableDiagnostics"] = "0" }
                    : new Dictionary<string, string>(),
            },
            cancellationToken);
        var worker = cluster.ScreenshotWorkers.Single();
        report.Line($"{Tasks} tasks of one picture each: torrents of {films.Count} files (mp4, mov, mkv, avi, flv, ts, webm, wmv, mpg; cut, packed, noise, blank) over a whole cluster; one worker process with its default of 4 slots.");

        var clock = Stopwatch.StartNew();
        var expected = await SubmitAsync(cluster, swarm, films, cancellationToken);
        var samples = await SampleAsync(report, cluster, worker, clock, cancellationToken);
        await CheckAsync(cluster, worker, expected, cancellationToken);
        report.Line();
        report.Line($"Growth from tasks {Window}-{2 * Window} to the last {Window}: {Growth(samples):0.0} MiB (goal: less than {GoalMebibytes:0}).");
        var left = Directory.GetFileSystemEntries(scratch);
        report.Line($"After the last task: {left.Length} temporary files{(left.Length > 0 ? $" ({string.Join(", ", left.Select(Path.GetFileName))})" : "")}, {CountChildren(worker)} child processes, {worker.Starts} start of the worker.");
        if (Growth(samples) >= GoalMebibytes || left.Length > 0)
        {
            throw new InvalidOperationException(Text($"The worker grew by {Growth(samples):0.0} MiB, or left something behind."));
        }
    }

    /// <returns>How many tasks must end in each way.</returns>
    private static async Task<Dictionary<string, int>> SubmitAsync(LocalCluster cluster, LocalSwarm swarm, MemoryFilms films, CancellationToken cancellationToken)
    {
        var built = new List<(TestTorrent Torrent, string Ending)>();
        for (var number = 0; number < Tasks; number++)
        {
            built.Add(await films.BuildAsync(number, cancellationToken));
            swarm.Add(built[^1].Torrent);
        }

        await Parallel.ForEachAsync(
            built,
            new ParallelOptions { MaxDegreeOfParallelism = SubmittersAtOnce, CancellationToken = cancellationToken },
            async (film, token) => await cluster.Door.SubmitAsync(swarm.Magnet(film.Torrent), Shots, token));
        return built.CountBy(film => film.Ending).ToDictionary();
    }

    private static async Task<List<Sample>> SampleAsync(
        Report report, LocalCluster cluster, ClusterProcess worker, Stopwatch clock, CancellationToken cancellationToken)
    {
        report.Line("Samples are taken each second; medians of a hundred tasks, with the least and the greatest of what is resident, in MiB.");
        report.Line();
        report.Row(Widths, "tasks ended", "s", "resident MiB", "least", "greatest", "anonymous", "threads", "open files");
        var samples = new List<Sample>();
        using var timer = new PeriodicTimer(SampleInterval);
        while (samples.Count == 0 || samples[^1].Done < Tasks)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            var counts = await cluster.Database.CountTasksAsync(cancellationToken);
            var done = counts.GetValueOrDefault("Completed") + counts.GetValueOrDefault("Failed");
            var window = samples.Count > 0 ? samples[^1].Done / Window : 0;
            if (done / Window > window)
            {
                Print(report, Of(samples, window));
            }

            samples.Add(Sample.Of(done, clock.Elapsed, worker));
            if (clock.Elapsed > Patience)
            {
                throw new TimeoutException(Text($"{done} of {Tasks} tasks have ended: {string.Join(", ", counts)}."));
            }
        }

        return samples;
    }

    /// <summary>Every task ended as its file deserves, in one life of the worker.</summary>
    private static async Task CheckAsync(LocalCluster cluster, ClusterProcess worker, Dictionary<string, int> expected, CancellationToken cancellationToken)
    {
        var endings = await cluster.Database.ReadAsync(
            "SELECT coalesce(failure_kind, state), count(*)::int FROM tasks GROUP BY 1", row => (Ending: row.GetString(0), Count: row.GetInt32(1)), cancellationToken);
        if (worker.Starts != 1 || endings.Any(ending => expected.GetValueOrDefault(ending.Ending) != ending.Count))
        {
            throw new InvalidOperationException(Text(
                $"The worker was started {worker.Starts} times; tasks ended as {string.Join(", ", endings)}, not as {string.Join(", ", expected)}. {worker.Log}"));
        }
    }

    private static void Print(Report report, List<Sample> row) => report.Row(
        Widths,
        Text($"{row[^1].Done}"),
        Text($"{row[^1].Elapsed.TotalSeconds:0}"),
        Text($"{Median(row, sample => sample.ResidentMebibytes):0.0}"),
        Text($"{row.Min(sample => sample.ResidentMebibytes):0.0}"),
        Text($"{row.Max(sample => sample.ResidentMebibytes):0.0}"),
        Text($"{Median(row, sample => sample.AnonymousMebibytes):0.0}"),
        Text($"{Median(row, sample => sample.Threads):0}"),
        Text($"{Median(row, sample => sample.OpenFiles):0}"));

    private static double Growth(List<Sample> samples) =>
        Median(Of(samples, (Tasks / Window) - 1), sample => sample.ResidentMebibytes) - Median(Of(samples, 1), sample => sample.ResidentMebibytes);

    private static List<Sample> Of(List<Sample> samples, int window) =>
        samples.FindAll(sample => Math.Min(sample.Done, Tasks - 1) / Window == window);

    private static double Median(List<Sample> samples, Func<Sample, double> value) => Spread.Of(samples.Select(value)).Median;

    /// <summary>Whichever thread started them.</summary>
    private static int CountChildren(ClusterProcess worker) =>
        Directory.GetDirectories($"/proc/{worker.Pid}/task").Sum(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Sample(int Done, TimeSpan Elapsed, double ResidentMebibytes, double AnonymousMebibytes, int Threads, int OpenFiles)
    {
        public static Sample Of(int done, TimeSpan elapsed, ClusterProcess worker)
        {
            var pid = worker.Pid ?? throw new InvalidOperationException($"The worker has ended: {worker.Log}");
            var status = File.ReadLines($"/proc/{pid}/status").Select(line => line.Split(':', 2)).Where(cells => cells.Length == 2)
                .ToDictionary(cells => cells[0], cells => cells[1].Trim().Split(' ')[0]);
            return new Sample(
                done, elapsed, Mebibytes("VmRSS"), Mebibytes("RssAnon"), int.Parse(status["Threads"], CultureInfo.InvariantCulture),
                Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length);

            double Mebibytes(string key) => long.Parse(status[key], CultureInfo.InvariantCulture) / 1024.0;
        }
    }
}
