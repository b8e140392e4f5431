using System.Globalization;
using System.Text;
using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Door;

/// <summary>How soon a person sees the list: the whole service in one process with 10,000 tasks, and Chromium, on loopback.</summary>
internal static class PageBench
{
    private const int Tasks = 10_000;
    private const int DefaultRepetitions = 10;
    private const double GoalSeconds = 1;
    private const int GoalBytes = 200_000;

    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RunDeadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BatchDeadline = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan LineDeadline = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        if ((NodeProgram.Missing ?? Chromium.Missing) is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        await using var directory = new TempDirectory();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Next()}"), Timeout = BatchDeadline };
        await using var server = await ToolProcess.StartAsync(
            "dotnet",
            [
                RepositoryPaths.Program("AllInOne"), "serve", "--Urls", client.BaseAddress.ToString(), "--Storage:DataDirectory", directory.FullPath,
                "--Torrents:ListenInterfaces", $"{LoopbackAddress.Next()}:0", "--Torrents:Dht", "false", "--Node:Enabled", "false",
            ]);
        await server.WaitUntilAsync("the server is ready", token => IsReadyAsync(client, token), StartDeadline, cancellationToken);
        await FillAsync(client, cancellationToken);

        var times = (repetitions > 0 ? repetitions : DefaultRepetitions).ToString(CultureInfo.InvariantCulture);
        await using var browser = await ToolProcess.StartAsync("node", [NodeProgram.FirstLoad, client.BaseAddress.ToString(), times]);
        if (await browser.WaitForExitAsync(RunDeadline, cancellationToken) != 0)
        {
            throw new InvalidOperationException(browser.Output);
        }

        var said = JsonSerializer.Deserialize<JsonElement>(await browser.WaitForLineAsync(line => line.StartsWith('{'), LineDeadline, cancellationToken));
        report.Line($"{Tasks:N0} tasks in SQLite, {times} times, s: from the navigation to the first rows on the screen.");
        report.Table(
            ["the page", "median (least-most)", "goal", ""],
            [
                Row("for the first time", SecondsOf(said, "first")),
                Row("again, its files kept", SecondsOf(said, "again")),
            ]);
        var bytes = said.GetProperty("scriptBytes").GetInt32();
        report.Line($"Scripts that the list needs, by gzip: {bytes:N0} bytes; goal {GoalBytes:N0}: {(bytes < GoalBytes ? "kept" : "missed")}.");
        report.Figure("rows of 10,000 tasks on the screen for the first time, s", SecondsOf(said, "first").Median, "0.00", atMost: GoalSeconds);
        report.Figure("the same again, the files of the page kept, s", SecondsOf(said, "again").Median, "0.00", atMost: GoalSeconds);
        report.Figure("scripts that the list needs, bytes", bytes, "0", atMost: GoalBytes);
    }

    private static string[] Row(string name, Spread seconds) =>
        [name, seconds.ToString("0.00"), GoalSeconds.ToString("0.00", CultureInfo.InvariantCulture), seconds.Median < GoalSeconds ? "kept" : "missed"];

    private static Spread SecondsOf(JsonElement said, string name) =>
        Spread.Of(said.GetProperty(name).EnumerateArray().Select(milliseconds => milliseconds.GetDouble() / 1000));

    private static async Task FillAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var lines = Enumerable.Range(0, Tasks).Select(number => $$"""{"magnet":"magnet:?xt=urn:btih:{{number:x8}}{{new string('a', 32)}}&dn=Film%20{{number}}"}""");
        using var body = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var answer = await client.PostAsync("/tasks/batch", body, cancellationToken);
        var taken = (await answer.Content.ReadAsStringAsync(cancellationToken)).Split('\n').Count(line => line.Contains("\"status\":201", StringComparison.Ordinal));
        if (taken != Tasks)
        {
            throw new InvalidOperationException($"Of {Tasks} tasks {taken} were taken.");
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync("/health/ready", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
