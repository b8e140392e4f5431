using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

public class A_cluster
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serves_restarts_what_was_killed_stops_in_good_order_and_leaves_nothing_behind()
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        await using var swarm = await LocalSwarm.OfSmallTorrentsAsync(4, Token);
        await using var cluster = await LocalCluster.StartAsync(new ClusterOptions { ScreenshotWorkers = 2, Apis = 2, Sagas = 2 }, Token);
        var history = await HistoryRecorder.StartAsync(cluster, Token);

        foreach (var torrent in swarm.Torrents)
        {
            await cluster.Door.SubmitAsync(swarm.Magnet(torrent), 2, Token);
        }

        foreach (var torrent in swarm.Torrents)
        {
            Assert.Equal("Completed", (await cluster.Door.WaitForEndAsync(torrent.Infohash, Deadline, Token)).GetProperty("state").GetString());
            Assert.True(await swarm.CountSentBytesAsync(torrent, Token) > 0);
        }

        var recorded = await history.CollectAsync(busIsWhole: true, Token);
        Assert.Empty(HistoryChecker.Check(recorded));
        Assert.Equal(8, recorded.Pictures.Count);
        Assert.Equal(8, recorded.Reports.Count(report => report.Kind == "ScreenshotStored"));

        var victim = cluster.ScreenshotWorkers.First();
        var pid = victim.Pid;
        victim.Kill();
        await Poll.UntilAsync("it runs again", () => victim.Starts == 2 && victim.Pid is { } again && again != pid, Deadline, Token);
        await cluster.WaitUntilCompleteAsync(Deadline, Token);
        Assert.Equal(137, victim.LastExitCode);

        var pids = cluster.Processes.Select(process => process.Pid!.Value).Append(cluster.Broker.Pid).Append(cluster.Postgres.Pid).ToList();
        var directory = Path.GetDirectoryName(cluster.PicturesDirectory)!;
        Assert.All(cluster.Processes, process => Assert.True(process.MemoryBytes > 1 << 20 && process.CpuTime > TimeSpan.Zero));
        Assert.Empty(await cluster.StopAsync());
        await cluster.DisposeAsync();

        Assert.DoesNotContain(pids, process => Directory.Exists($"/proc/{process}"));
        Assert.False(Directory.Exists(directory));
    }
}
