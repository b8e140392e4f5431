using System.Net;
using System.Text;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>The list with as many tasks as a batch has lines: only what is in sight is in the document, and all of it can be found and changed.</summary>
public sealed class Finding_in_ten_thousand_tasks
{
    private const int Tasks = 10_000;

    /// <summary>For one request that writes them all.</summary>
    private static readonly TimeSpan BatchDeadline = TimeSpan.FromMinutes(6);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_scrolled_sorted_searched_chosen_and_changed_and_found_again_after_a_reload()
    {
        Assert.SkipWhen(Scene.Missing is not null, Scene.Missing ?? "");
        await using var directory = new TempDirectory();
        await using var server = await Server.StartAsync(directory.FullPath, ("Node:Enabled", "false"));
        await SubmitAsync(server);

        var seen = await Scene.PlayAsync(server, "finding", new { Total = Tasks });

        using var http = new HttpClient { BaseAddress = server.Address };
        foreach (var infohash in seen.GetProperty("gone").EnumerateArray().Select(one => one.GetString()))
        {
            using var answer = await http.GetAsync($"/tasks/{infohash}", Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private static async Task SubmitAsync(Server server)
    {
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = BatchDeadline };
        var lines = Enumerable.Range(0, Tasks).Select(number => $$"""{"magnet":"magnet:?xt=urn:btih:{{number:x8}}{{new string('a', 32)}}&dn=Film%20{{number}}","shots":1}""");
        using var body = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var answer = await http.PostAsync("/tasks/batch", body, Cancellation);
        var answers = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(Tasks, answers.Split('\n').Count(line => line.Contains("\"status\":201", StringComparison.Ordinal)));
    }
}
