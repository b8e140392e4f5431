using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using Npgsql;

namespace EventTorrent.Benchmarks.Bus;

/// <summary>A million tasks that wait: what submitting, issuing and listing cost then, beside the same with an empty table.</summary>
internal static class BacklogBench
{
    private const int Size = 1_000_000;
    private const int Submissions = 400;
    private const int Submitters = 4;
    private const int Workers = 3;
    private const double GoalMilliseconds = 20;
    private static readonly TimeSpan WorkTime = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(5);

    private static readonly (string Query, int Count)[] Lists =
    [
        ("?state=pending&limit=50", 200),
        ("?state=pending&sort=created_at&limit=50", 200),
        ("?state=completed&limit=50", 50),
        ("?sort=name&limit=50", 200),
        ("?sort=-updated_at&limit=50", 200),
        ("?q=film%20abc&limit=50", 5),
        ("queue/size", 50),
    ];

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        await using var servers = await Servers.StartAsync(cancellationToken);
        await using var side = await Side.BusAsync(servers, workers: 0, cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(await side.StartApiAsync(cancellationToken), "/tasks/") };
        await SubmitAsync(client, cancellationToken);
        var empty = await SubmitAsync(client, cancellationToken);

        var clock = Stopwatch.StartNew();
        await Backlog.FillAsync(side.Source, Size, cancellationToken);
        report.Line($"{Size:N0} pending tasks written in {clock.Elapsed.TotalSeconds:0} s by COPY into the three tables with all their indexes.");
        await ExecuteAsync(side.Source, "VACUUM (ANALYZE) tasks, work_items", cancellationToken); // what autovacuum does within a minute or two
        report.Line($"Submission over REST, {Submitters} at once: {empty:0}/s with an empty table, {await SubmitAsync(client, cancellationToken):0}/s with the backlog.");

        report.Line();
        report.Line("Lists while nothing else happens:");
        report.Figure("pages of a million pending tasks at rest, p99 ms", await ListAsync(report, client, cancellationToken), "0.0", atMost: GoalMilliseconds);

        await side.StartWorkAsync(Workers, cancellationToken);
        await WorkAsync(report, side, cancellationToken);
        report.Line("Lists while the workers take what they can:");
        report.Figure("pages of a million pending tasks beside three workers, p99 ms", await ListAsync(report, client, cancellationToken), "0.0");
        report.Line($"Submission meanwhile: {await SubmitAsync(client, cancellationToken):0}/s.");
    }

    /// <returns>Submissions per second.</returns>
    private static async Task<double> SubmitAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Submissions),
            new ParallelOptions { MaxDegreeOfParallelism = Submitters, CancellationToken = cancellationToken },
            async (_, token) =>
            {
                using var form = new FormUrlEncodedContent(
                    [new("infohash", Convert.ToHexString(Guid.NewGuid().ToByteArray()) + "01234567"), new("shots", "1")]);
                using var answer = await client.PostAsync("", form, token);
                answer.EnsureSuccessStatusCode();
            });
        return Submissions / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Follows the pages of each list from its beginning.</summary>
    /// <returns>Milliseconds within which 99 of 100 pages of the first list came.</returns>
    private static async Task<double> ListAsync(Report report, HttpClient client, CancellationToken cancellationToken)
    {
        var rows = new List<string[]>();
        var p99 = new List<double>();
        foreach (var (query, count) in Lists)
        {
            var times = new List<double>();
            string? cursor = null;
            for (var page = 0; page < count; page++)
            {
                var clock = Stopwatch.GetTimestamp();
                var answer = await client.GetFromJsonAsync<JsonNode>(cursor is null ? query : $"{query}&cursor={cursor}", cancellationToken);
                times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
                cursor = answer is JsonObject list ? (string?)list["next_cursor"] ?? (string?)list["nextCursor"] : null;
            }

            // The first is asked with a cold cache and a cold method.
            var sorted = times.Skip(1).Order().ToList();
            p99.Add(sorted[(int)(sorted.Count * 0.99)]);
            rows.Add([$"GET /tasks/{query}", Text(times[0]), Text(sorted[sorted.Count / 2]), Text(p99[^1])]);
        }

        report.Table(["list, page after page", "first ms", "p50 ms", "p99 ms"], rows);
        return p99[0];
    }

    private static async Task WorkAsync(Report report, Side side, CancellationToken cancellationToken)
    {
        const string Done = "SELECT count(*) FROM tasks WHERE state = 'Completed'";
        var rows = new List<string[]>();
        var clock = Stopwatch.StartNew();
        var before = 0L;
        while (clock.Elapsed < WorkTime)
        {
            await Task.Delay(SampleInterval, cancellationToken);
            var done = await side.CountAsync(Done, cancellationToken);
            rows.Add(
            [
                Text(clock.Elapsed.TotalSeconds),
                Text((done - before) / SampleInterval.TotalSeconds),
                (await side.DepthAsync(Queues.ScreenshotWork, cancellationToken)).ToString(CultureInfo.InvariantCulture),
                (await side.DepthAsync(Queues.Saga, cancellationToken)).ToString(CultureInfo.InvariantCulture),
                .. side.Processes.GroupBy(process => process.Kind)
                    .Select(kind => Text(kind.Sum(process => ProcessTime.ResidentBytes(process.Pid)) / 1048576.0)),
            ]);
            before = done;
        }

        report.Line($"{Workers} workers with no work to do; window of {4 * Workers} commands. Memory in MiB, without what is mapped from files and shared.");
        report.Table(
            ["s", "tasks/s", Queues.ScreenshotWork, Queues.Saga, .. side.Processes.Select(process => process.Kind).Distinct()],
            rows);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
