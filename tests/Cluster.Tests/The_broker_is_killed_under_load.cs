using System.Diagnostics;
using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>F1: MassTransit loses receive endpoints for good here, unless something is done about it.</summary>
public class The_broker_is_killed_under_load(ITestOutputHelper output)
{
    private const int Kills = 10;
    private const int TasksPerKill = 60;
    private static readonly TimeSpan IntoTheLoad = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan End = TimeSpan.FromSeconds(120);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_times_and_every_consumer_comes_back_and_every_task_ends()
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        await using var swarm = await LocalSwarm.OfSmallTorrentsAsync(0, Token);
        await using var cluster = await LocalCluster.StartAsync(new ClusterOptions { ScreenshotWorkers = 3, Sagas = 2 }, Token);
        var history = await HistoryRecorder.StartAsync(cluster, Token);
        var load = new Load(cluster, swarm);

        for (var kill = 1; kill <= Kills; kill++)
        {
            var submitting = load.SubmitAsync(TasksPerKill, Token);
            // The fault itself is 2 s into the load; on a machine too busy for any by then, a little later.
            await Task.Delay(IntoTheLoad, Token);
            await Poll.UntilAsync("there is a load", async token => await load.CountOpenAsync(token) > 0, Recovery, Token);
            await cluster.Broker.KillAsync(Token);
            var open = await load.CountOpenAsync(Token);
            // And so is this wait.
            await Task.Delay(Absence, Token);
            await cluster.Broker.StartAgainAsync(Token);

            Assert.NotEqual(0, open);
            var clock = Stopwatch.StartNew();
            await cluster.WaitUntilCompleteAsync(Recovery, Token);
            var complete = clock.Elapsed;
            await submitting;
            await load.WaitForEndAsync(End, Token);
            output.WriteLine(FormattableString.Invariant(
                $"kill {kill} with {open} tasks open: consumers back after {complete.TotalSeconds:0.0} s, tasks ended after {clock.Elapsed.TotalSeconds:0.0} s, restarts so far {cluster.Processes.Sum(process => process.Starts - 1)}"));
        }

        var recorded = await history.CollectAsync(busIsWhole: false, Token);
        Assert.Empty(HistoryChecker.Check(recorded));
        Assert.Equal(Kills * TasksPerKill, recorded.Tasks.Count);
        Assert.Equal(Kills * TasksPerKill * Load.Shots, recorded.Pictures.Count);
    }
}
