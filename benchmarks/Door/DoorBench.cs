using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using EventTorrent.Benchmarks.Bus;
using Npgsql;

namespace EventTorrent.Benchmarks.Door;

/// <summary>
/// The door with 100,000 tasks: how many submissions and questions it answers and how long they take; and a thousand pages that are
/// told of changes, alone and beside that load.
/// </summary>
internal static class DoorBench
{
    private const int Tasks = 100_000;
    private const int Pages = 1000;
    private const int AtOnce = 16;
    private const int BatchLines = 10_000;
    private const int ChangesPerSecond = 5;
    private const double GoalMilliseconds = 500;

    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        await using var servers = await Servers.StartAsync(cancellationToken);
        await using var side = await Side.BusAsync(servers, workers: 0, cancellationToken);
        var address = await side.StartApiAsync(cancellationToken);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 2 * AtOnce }) { BaseAddress = address };
        await Backlog.FillAsync(side.Source, Tasks, cancellationToken);
        var known = await KnownAsync(side.Source, cancellationToken);
        await side.StartWorkAsync(workers: 0, cancellationToken);

        var load = new HttpLoad(client, AtOnce, Phase);
        Func<int, HttpRequestMessage> submit = _ => Submission(NewInfohash());
        Func<int, HttpRequestMessage> read = number => new HttpRequestMessage(HttpMethod.Get, $"/tasks/{known[number % known.Count]}");
        Func<int, HttpRequestMessage> list = _ => new HttpRequestMessage(HttpMethod.Get, "/tasks/?state=pending&limit=50");
        await load.RunAsync(read, cancellationToken); // warm
        await load.RunAsync(submit, cancellationToken);

        report.Line($"{Tasks:N0} tasks, {AtOnce} callers at once, {Phase.TotalSeconds:0} s each; the callers, PostgreSQL and RabbitMQ are on the same processors.");
        report.Table(
            ["requests", "per s", "p50 ms", "p99 ms"],
            [
                (await load.RunAsync(submit, cancellationToken)).Row("POST /tasks/"),
                (await load.RunAsync(read, cancellationToken)).Row("GET /tasks/{infohash}"),
                (await load.RunAsync(list, cancellationToken)).Row("GET /tasks/?state=pending&limit=50"),
            ]);
        report.Line($"POST /tasks/batch, {BatchLines:N0} lines: {await BatchAsync(client, cancellationToken):N0} lines/s.");

        report.Line();
        await using var pages = await StatusPages.ConnectAsync(address, Pages, cancellationToken);
        var rows = new List<(string[] Cells, double P99)>();
        for (var round = 0; round < Math.Max(1, repetitions); round++)
        {
            rows.Add(await WatchAsync("at rest", side, pages, client, known, null, cancellationToken));
            rows.Add(await WatchAsync("beside GET /tasks/{infohash}", side, pages, client, known, () => load.RunAsync(read, cancellationToken), cancellationToken));
            rows.Add(await WatchAsync("beside POST /tasks/", side, pages, client, known, () => load.RunAsync(submit, cancellationToken), cancellationToken));
        }

        report.Line($"{Pages:N0} pages at /hubs/status, {ChangesPerSecond} changes a second; delay from the change's own time to the last byte at the page.");
        report.Table(["pushes", "changes", "pushes/s", "p50 ms", "p99 ms", "CPU of api, s/s", "memory of api, MiB", "requests/s", "p99 ms"], rows.Select(row => row.Cells));
        report.Figure("from a change to a thousand pages, at rest and under load, p99 ms in the worst case", rows.Max(row => row.P99), "0", atMost: GoalMilliseconds);
    }

    private static async Task<(string[] Cells, double P99)> WatchAsync(
        string name, Side side, StatusPages pages, HttpClient client, IReadOnlyList<string> known, Func<Task<LoadResult>>? load, CancellationToken cancellationToken)
    {
        var cpu = side.CpuSeconds()["api"];
        pages.Forget();
        var loading = load?.Invoke();
        var changes = (int)(Phase.TotalSeconds * ChangesPerSecond);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / ChangesPerSecond));
        for (var change = 0; change < changes && await timer.WaitForNextTickAsync(cancellationToken); change++)
        {
            // Each change is one that the state machine makes: only then it has a time of its own.
            using var answer = await client.PatchAsJsonAsync($"/tasks/{known[Random.Shared.Next(known.Count)]}", new { priority = Random.Shared.Next(1, 100) }, cancellationToken);
            answer.EnsureSuccessStatusCode();
        }

        var result = loading is null ? null : await loading;
        await pages.WaitForAsync((long)changes * Pages * 9 / 10, cancellationToken);
        var delays = pages.Delays();
        var p99 = LoadResult.Quantile(delays, 0.99);
        string[] cells =
        [
            name,
            changes.ToString(CultureInfo.InvariantCulture),
            Text(delays.Count / Phase.TotalSeconds),
            Text(LoadResult.Quantile(delays, 0.5)),
            Text(p99),
            ((side.CpuSeconds()["api"] - cpu) / Phase.TotalSeconds).ToString("0.00", CultureInfo.InvariantCulture),
            Text(side.Processes.Where(process => process.Kind == "api").Sum(process => ProcessTime.ResidentBytes(process.Pid)) / 1048576.0),
            result is null ? "" : Text(result.PerSecond),
            result is null ? "" : Text(result.P99),
        ];
        return (cells, p99);
    }

    /// <returns>Lines per second, of one batch.</returns>
    private static async Task<double> BatchAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var body = string.Join('\n', Enumerable.Range(0, BatchLines).Select(_ => $"{{\"infohash\":\"{NewInfohash()}\",\"shots\":1}}"));
        var clock = TimeProvider.System.GetTimestamp();
        using var answer = await client.PostAsync("/tasks/batch", new StringContent(body, Encoding.UTF8, "application/x-ndjson"), cancellationToken);
        var lines = (await answer.Content.ReadAsStringAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Count(line => line.Contains("\"status\":201", StringComparison.Ordinal)) == BatchLines
            ? BatchLines / TimeProvider.System.GetElapsedTime(clock).TotalSeconds
            : throw new InvalidOperationException($"Not every line was taken: {lines.FirstOrDefault(line => !line.Contains("\"status\":201", StringComparison.Ordinal))}");
    }

    private static HttpRequestMessage Submission(string infohash) => new(HttpMethod.Post, "/tasks/")
    {
        Content = new FormUrlEncodedContent([new("infohash", infohash), new("shots", "1")]),
    };

    private static string NewInfohash() => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + "01234567";

    private static async Task<IReadOnlyList<string>> KnownAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("ANALYZE; SELECT infohash FROM tasks ORDER BY id LIMIT 20000");
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var known = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
        {
            known.Add(rows.GetString(0));
        }

        return known;
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
