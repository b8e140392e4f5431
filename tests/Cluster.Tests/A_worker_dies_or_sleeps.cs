using System.Globalization;
using System.Numerics;
using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>F9 and F10: what one worker began another ends, and nothing is done twice.</summary>
public class A_worker_dies_or_sleeps
{
    private const int Shots = 8;
    private const int SlowBytesPerSecond = 80_000;

    /// <summary>What the seed may be sending while it learns of a death.</summary>
    private const int BytesUnderWay = 32 * 1024;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    /// <summary>One slot each, and a lease that is over long before the broker would miss a sleeper.</summary>
    private static readonly ClusterOptions Two = new()
    {
        ScreenshotWorkers = 2,
        Settings = new Dictionary<string, string>
        {
            ["Screenshots:Slots"] = "1",
            ["Screenshots:ProgressInterval"] = "00:00:01",
            ["Sagas:Heartbeat"] = "00:00:08",
            ["Bus:Heartbeat"] = "00:01:00",
        },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_one_is_replaced_and_only_the_missing_pictures_are_taken_and_fetched()
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        await using var directory = new TempDirectory();
        await using var swarm = new LocalSwarm();
        foreach (var name in new[] { "one", "all", "killed" })
        {
            swarm.Add(await Films.MakeAsync(directory, name, Token));
        }

        swarm.AddPeer(new PeerBehaviour { BytesPerSecond = SlowBytesPerSecond });
        await using var cluster = await LocalCluster.StartAsync(Two, Token);
        var history = await HistoryRecorder.StartAsync(cluster, Token);
        var oneShot = await FetchAsync(cluster, swarm, swarm.Torrents[0], 1);
        var allShots = await FetchAsync(cluster, swarm, swarm.Torrents[1], Shots);
        var film = swarm.Torrents[2];

        await cluster.Door.SubmitAsync(swarm.Magnet(film), Shots, Token);
        await cluster.Door.WaitForAsync(film.Infohash, task => CountShots(task) >= 3, Deadline, Token);
        var victim = await FindWorkerAsync(cluster, film);
        victim.Restarts = false;
        victim.Kill();
        await Poll.UntilAsync("it is dead", () => victim.Pid is null, Deadline, Token);
        var sentBefore = await swarm.CountSentBytesAsync(film, Token);
        var task = await cluster.Door.WaitForEndAsync(film.Infohash, Deadline, Token);

        Assert.Equal(("Completed", Shots), (task.GetProperty("state").GetString(), CountShots(task)));
        var recorded = await history.CollectAsync(busIsWhole: true, Token);
        Assert.Empty(HistoryChecker.Check(recorded));
        var second = recorded.Changes.First(change => change.Infohash == film.Infohash && change.Lease == 2);
        var missing = Shots - BitOperations.PopCount((ulong)second.StoredBits);
        Assert.InRange(missing, 1, Shots - 3);
        Assert.Equal(missing, recorded.Reports.Count(report => report.Kind == "ScreenshotStored" && report.Infohash == film.Infohash && report.Lease == 2));

        // What one keyframe costs, and what the index costs beside it.
        var keyframe = (allShots - oneShot) / (double)(Shots - 1);
        var sentAfter = await swarm.CountSentBytesAsync(film, Token) - sentBefore;
        Assert.InRange(sentAfter, 1, (oneShot - keyframe) + (missing * keyframe * 1.25) + BytesUnderWay);
    }

    [Fact]
    public async Task One_that_sleeps_past_its_lease_is_refused_and_stops_itself()
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        await using var directory = new TempDirectory();
        await using var swarm = new LocalSwarm();
        var film = await Films.MakeAsync(directory, "film", Token);
        swarm.Add(film);
        swarm.AddPeer(new PeerBehaviour { BytesPerSecond = SlowBytesPerSecond });
        await using var cluster = await LocalCluster.StartAsync(Two, Token);
        var history = await HistoryRecorder.StartAsync(cluster, Token);

        await cluster.Door.SubmitAsync(swarm.Magnet(film), Shots, Token);
        await cluster.Door.WaitForAsync(film.Infohash, task => CountShots(task) >= 2, Deadline, Token);
        var zombie = await FindWorkerAsync(cluster, film);
        zombie.Suspend();
        var task = await cluster.Door.WaitForEndAsync(film.Infohash, Deadline, Token);
        Assert.Equal(("Completed", Shots), (task.GetProperty("state").GetString(), CountShots(task)));
        zombie.Resume();

        await zombie.WaitForLineAsync(line => line.Contains(film.Infohash, StringComparison.Ordinal) && line.Contains("lost its lease 1 ", StringComparison.Ordinal), Deadline, Token);
        await cluster.WaitUntilCompleteAsync(Deadline, Token);
        var recorded = await history.CollectAsync(busIsWhole: true, Token);
        Assert.Empty(HistoryChecker.Check(recorded));
        Assert.Equal(Shots, recorded.Pictures.Count);
        Assert.Equal(1, zombie.Starts);

        // And it works on.
        var next = (await swarm.AddSmallTorrentsAsync(3, Token)).ToList();
        foreach (var small in next)
        {
            await cluster.Door.SubmitAsync(swarm.Magnet(small), 2, Token);
        }

        foreach (var small in next)
        {
            Assert.Equal("Completed", (await cluster.Door.WaitForEndAsync(small.Infohash, Deadline, Token)).GetProperty("state").GetString());
        }
    }

    private static int CountShots(JsonElement task) => task.GetProperty("screenshots").GetArrayLength();

    /// <returns>Bytes that its seeds sent for a task that nothing happened to.</returns>
    private static async Task<long> FetchAsync(LocalCluster cluster, LocalSwarm swarm, TestTorrent torrent, int shots)
    {
        await cluster.Door.SubmitAsync(swarm.Magnet(torrent), shots, Token);
        var task = await cluster.Door.WaitForEndAsync(torrent.Infohash, Deadline, Token);
        Assert.Equal("Completed", task.GetProperty("state").GetString());
        return await swarm.CountSentBytesAsync(torrent, Token);
    }

    /// <summary>The process that has the task's item now: its name holds the process id.</summary>
    private static async Task<ClusterProcess> FindWorkerAsync(LocalCluster cluster, TestTorrent torrent)
    {
        var name = (string?)await cluster.Database.ReadOneAsync(
            $"SELECT worker FROM work_items i JOIN tasks t ON t.id = i.task_id WHERE t.infohash = '{torrent.Infohash}'", Token);
        return cluster.ScreenshotWorkers.Single(worker => name!.Split('-')[^2] == worker.Pid?.ToString(CultureInfo.InvariantCulture));
    }
}
