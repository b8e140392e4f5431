using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>F15: whatever was acknowledged is still known, and what was under way is tried again.</summary>
public class The_database_goes_away(ITestOutputHelper output)
{
    private const int Torrents = 40;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(150);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("stopped at once, for 5 s")]
    [InlineData("killed, for 5 s")]
    [InlineData("all its connections ended, ten times")]
    public async Task Under_load_and_no_task_is_lost_and_no_message_is_given_up(string how)
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        await using var swarm = await LocalSwarm.OfSmallTorrentsAsync(0, Token);
        await using var cluster = await LocalCluster.StartAsync(new ClusterOptions { ScreenshotWorkers = 2, Sagas = 2 }, Token);
        var history = await HistoryRecorder.StartAsync(cluster, Token);
        var load = new Load(cluster, swarm);

        var submitting = load.SubmitAsync(Torrents, Token);
        await Poll.UntilAsync("half of it is there", async token => (await cluster.Database.CountTasksAsync(token)).Values.Sum() >= Torrents / 2, Deadline, Token);
        await SpoilAsync(cluster, how);
        await submitting;
        await load.WaitForEndAsync(Deadline, Token);

        output.WriteLine($"restarts {cluster.Processes.Sum(process => process.Starts - 1)}");
        await cluster.WaitUntilCompleteAsync(Deadline, Token);
        var recorded = await history.CollectAsync(busIsWhole: true, Token);
        Assert.Empty(HistoryChecker.Check(recorded));
        Assert.Equal((Torrents, Torrents * Load.Shots), (recorded.Tasks.Count(task => task.State == "Completed"), recorded.Pictures.Count));
        Assert.All(cluster.Processes, process => Assert.Equal(1, process.Starts));
    }

    private static async Task SpoilAsync(LocalCluster cluster, string how)
    {
        if (how.StartsWith("all", StringComparison.Ordinal))
        {
            for (var time = 0; time < 10; time++)
            {
                await cluster.Database.ExecuteAsync(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'", Token);
                // The load goes on between two times.
                await Task.Delay(TimeSpan.FromMilliseconds(300), Token);
            }

            return;
        }

        await (how.StartsWith("killed", StringComparison.Ordinal) ? cluster.Postgres.KillAsync(Token) : cluster.Postgres.StopImmediateAsync(Token));
        // Its absence is the fault itself.
        await Task.Delay(TimeSpan.FromSeconds(5), Token);
        await cluster.Postgres.StartAgainAsync(Token);
    }
}
