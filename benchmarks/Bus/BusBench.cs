using System.Globalization;
using System.Text.Json;

namespace EventTorrent.Benchmarks.Bus;

/// <summary>
/// The way of a task over the bus (submission, Dispatcher, command, worker, reports, state machine) beside the design that
/// it replaces, workers that poll a table. Both begin with the same rows and leave the same facts in the same tables.
/// </summary>
internal static class BusBench
{
    private const int DefaultRepetitions = 4;
    private const int WarmUp = 2000;
    private const int Tasks = 2000;
    private const int Submitters = 4;
    private const int PacedTasks = 100;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);
    private static readonly (int Workers, double Goal)[] Sizes = [(1, 0.8), (3, 1.0)];

    private const string Percentiles =
        """
        SELECT percentile_disc(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM started_at - created_at)::float8 * 1000)
        FROM (SELECT * FROM tasks ORDER BY created_at DESC LIMIT $1) t
        """;

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        report.Line($"{Tasks} tasks submitted by {Submitters} at once, done by workers with no work to do; then {PacedTasks} tasks at {1 / Pace.TotalSeconds:0} a second for the time to start.");
        report.Line("bus: saga host, RabbitMQ, workers with one slot; table: as many workers that poll PostgreSQL with SKIP LOCKED. Medians (min-max).");
        await using var servers = await Servers.StartAsync(cancellationToken);
        foreach (var (workers, goal) in Sizes)
        {
            var runs = new List<Run>();
            await using (var table = await Side.TableAsync(servers, workers, cancellationToken))
            await using (var bus = await Side.BusAsync(servers, workers, cancellationToken))
            {
                await MeasureAsync(table, workers, WarmUp, cancellationToken);
                await MeasureAsync(bus, workers, WarmUp, cancellationToken);
                for (var repetition = 0; repetition < (repetitions > 0 ? repetitions : DefaultRepetitions); repetition++)
                {
                    runs.Add(await MeasureAsync(table, workers, Tasks, cancellationToken));
                    runs.Add(await MeasureAsync(bus, workers, Tasks, cancellationToken));
                }
            }

            Print(report, workers, goal, runs);
        }
    }

    private static async Task<Run> MeasureAsync(Side side, int workers, int count, CancellationToken cancellationToken)
    {
        const string Span = "SELECT extract(epoch FROM max(ended_at) - min(created_at))::float8 FROM (SELECT * FROM tasks ORDER BY created_at DESC LIMIT $1) t";
        var before = await side.CountAsync("SELECT count(*) FROM tasks", cancellationToken);
        var cpu = side.CpuSeconds();
        await side.Submit.ManyAsync(count, Submitters, cancellationToken);
        await side.WaitForCompletedAsync(before + count, cancellationToken);
        var used = side.CpuSeconds().ToDictionary(kind => kind.Key, kind => (kind.Value - cpu[kind.Key]) * 1000 / count);
        var seconds = await side.AskAsync<double>(Span, count, cancellationToken);

        await side.Submit.PacedAsync(PacedTasks, Pace, cancellationToken);
        await side.WaitForCompletedAsync(before + count + PacedTasks, cancellationToken);
        var start = await side.AskAsync<double[]>(Percentiles, PacedTasks, cancellationToken);
        await CheckAsync(side, before + count + PacedTasks, cancellationToken);
        return new Run(side.Name, workers, count / seconds, used, start[0], start[1]);
    }

    /// <summary>Both designs have to leave the same behind.</summary>
    private static async Task CheckAsync(Side side, long tasks, CancellationToken cancellationToken)
    {
        const string Complete =
            """
            SELECT count(*) FROM tasks t JOIN work_items i ON i.task_id = t.id JOIN files f ON f.task_id = t.id JOIN screenshots s ON s.task_id = t.id
            JOIN metadata m ON m.task_id = t.id WHERE t.state = 'Completed' AND i.state = 'Done' AND i.lease = 1
            """;
        if (await side.CountAsync(Complete, cancellationToken) is var complete && complete != tasks)
        {
            throw new InvalidOperationException($"{side.Name}: {tasks} tasks were done, {complete} of them as they should be.");
        }
    }

    private static void Print(Report report, int workers, double goal, List<Run> runs)
    {
        report.Line();
        report.Line($"{workers} worker process{(workers == 1 ? "" : "es")}");
        string[] kinds = ["saga host", "workers", "broker", "PostgreSQL"];
        report.Table(
            ["side", "tasks/s", "CPU ms/task", .. kinds, "start p50 ms", "start p99 ms"],
            runs.GroupBy(run => run.Side).Select(side => (string[])
            [
                side.Key,
                Spread.Of(side.Select(run => run.TasksPerSecond)).ToString("0"),
                Text(Spread.Of(side.Select(run => run.CpuMs.Values.Sum())).Median),
                .. kinds.Select(kind => Text(Spread.Of(side.Select(run => run.CpuMs.GetValueOrDefault(kind))).Median)),
                Spread.Of(side.Select(run => run.StartP50Ms)).ToString("0.0"),
                Spread.Of(side.Select(run => run.StartP99Ms)).ToString("0.0"),
            ]));
        var ratios = Spread.Of(runs.Chunk(2).Select(pair => pair[1].TasksPerSecond / pair[0].TasksPerSecond));
        report.Line($"bus / table: {ratios.ToString("0.00")}");
        report.Figure($"tasks/s over the bus, to those of a polled table, workers: {workers}", ratios.Median, "0.00", atLeast: goal);
        foreach (var run in runs)
        {
            report.Line(JsonSerializer.Serialize(run));
        }
    }

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private sealed record Run(string Side, int Workers, double TasksPerSecond, Dictionary<string, double> CpuMs, double StartP50Ms, double StartP99Ms);
}
