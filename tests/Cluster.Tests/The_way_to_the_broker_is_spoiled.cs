using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>F3, F4, F5 and F12: the broker is there, and does not hear or does not take what is said.</summary>
public class The_way_to_the_broker_is_spoiled(ITestOutputHelper output)
{
    private const int Shots = 8;
    private const int SlowBytesPerSecond = 40_000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_half_open_connection_is_given_up_within_heartbeats_and_another_worker_goes_on()
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        await using var directory = new TempDirectory();
        await using var swarm = new LocalSwarm();
        var film = await Films.MakeAsync(directory, "film", Token);
        swarm.Add(film);
        swarm.AddPeer(new PeerBehaviour { BytesPerSecond = SlowBytesPerSecond });
        await using var way = new SpoiledWay(ClusterRole.ScreenshotWorker, 0);
        await using var cluster = await LocalCluster.StartAsync(
            new ClusterOptions
            {
                ScreenshotWorkers = 2,
                BusAddressOf = way.AddressOf,
                Settings = new Dictionary<string, string> { ["Bus:Heartbeat"] = Heartbeat.ToString("c", CultureInfo.InvariantCulture) },
            },
            Token);
        var history = await HistoryRecorder.StartAsync(cluster, Token);
        var other = cluster.ScreenshotWorkers.Last();
        Assert.True(await other.StopAsync(TimeSpan.FromSeconds(20)));
        await cluster.Door.SubmitAsync(swarm.Magnet(film), Shots, Token);
        await cluster.Door.WaitForAsync(film.Infohash, task => CountShots(task) >= 1, Deadline, Token);
        await other.StartAsync();

        way.Swallow();
        var clock = Stopwatch.StartNew();
        await Poll.UntilAsync(
            "the broker gives the command to the other worker", async token => await ReadLeaseAsync(cluster, film, token) > 1, Deadline, Token);
        var noticed = clock.Elapsed;
        var task = await cluster.Door.WaitForEndAsync(film.Infohash, Deadline, Token);

        output.WriteLine($"noticed after {noticed.TotalSeconds:0.0} s at a heartbeat of {Heartbeat.TotalSeconds} s");
        Assert.Equal(("Completed", Shots), (task.GetProperty("state").GetString(), CountShots(task)));
        // The broker looks at half the interval and gives a connection up after two silent ones; the rest is the busy machine.
        Assert.InRange(noticed, TimeSpan.Zero, (3 * Heartbeat) + TimeSpan.FromSeconds(10));
        way.Heal();
        await cluster.WaitUntilCompleteAsync(Deadline, Token);
        Assert.Empty(HistoryChecker.Check(await history.CollectAsync(busIsWhole: true, Token)));
    }

    [Fact]
    public async Task No_message_is_held_longer_than_the_broker_allows()
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        await using var directory = new TempDirectory();
        await using var swarm = new LocalSwarm();
        var film = await Films.MakeAsync(directory, "film", Token);
        swarm.Add(film);
        swarm.AddPeer(new PeerBehaviour { BytesPerSecond = SlowBytesPerSecond / 2 });
        await using var cluster = await LocalCluster.StartAsync(
            new ClusterOptions { Settings = new Dictionary<string, string> { ["Screenshots:Slice"] = "00:00:10" } }, Token);
        var history = await HistoryRecorder.StartAsync(cluster, Token);
        // As 30 minutes and a look every minute are to slices of 10 minutes, only faster.
        await cluster.Broker.ControlAsync(["eval", "application:set_env(rabbit,channel_tick_interval,2000), application:set_env(rabbit,consumer_timeout,15000)."], Token);
        await cluster.ScreenshotWorkers.Single().StopAsync(TimeSpan.FromSeconds(20));
        await cluster.ScreenshotWorkers.Single().StartAsync();
        await cluster.WaitUntilCompleteAsync(Deadline, Token);

        var clock = Stopwatch.StartNew();
        await cluster.Door.SubmitAsync(swarm.Magnet(film), Shots, Token);
        var task = await cluster.Door.WaitForEndAsync(film.Infohash, 2 * Deadline, Token);

        var recorded = await history.CollectAsync(busIsWhole: true, Token);
        output.WriteLine(
            $"{clock.Elapsed.TotalSeconds:0} s in {recorded.Changes.Max(change => change.Lease)} slices, {await swarm.CountSentBytesAsync(film, Token)} bytes; {task.GetProperty("failure")}");
        Assert.Equal(("Completed", Shots), (task.GetProperty("state").GetString(), CountShots(task)));
        Assert.Empty(HistoryChecker.Check(recorded));
        // It took longer than a message may be held, and no channel was closed for that: every new lease came from a slice that was over.
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(17), $"It took {clock.Elapsed} only.");
        Assert.Equal(recorded.Changes.Max(change => change.Lease) - 1, recorded.Reports.Count(report => report.Kind == "StepYielded"));
        Assert.DoesNotContain("consumer ack timed out", cluster.Broker.Log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("PRECONDITION_FAILED", cluster.Broker.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_takes_no_messages_stops_no_submission_and_loses_no_picture()
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        await using var swarm = await LocalSwarm.OfSmallTorrentsAsync(24, Token);
        await using var cluster = await LocalCluster.StartAsync(new ClusterOptions { ScreenshotWorkers = 2 }, Token);
        var history = await HistoryRecorder.StartAsync(cluster, Token);
        foreach (var torrent in swarm.Torrents.Take(12))
        {
            await cluster.Door.SubmitAsync(swarm.Magnet(torrent), Load.Shots, Token);
        }

        // The alarm of a full disk: from now on the broker reads nothing from connections that publish.
        await cluster.Broker.ControlAsync(["set_disk_free_limit", "100000GB"], Token);
        var slowest = TimeSpan.Zero;
        foreach (var torrent in swarm.Torrents.Skip(12))
        {
            var clock = Stopwatch.StartNew();
            await cluster.Door.SubmitAsync(swarm.Magnet(torrent), Load.Shots, Token);
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }

        // Longer than any endpoint may be silent: a broker that takes nothing makes none of them deaf.
        await Task.Delay(TimeSpan.FromSeconds(35), Token);
        await cluster.Broker.ControlAsync(["set_disk_free_limit", "50MB"], Token);
        await new Load(cluster, swarm).WaitForEndAsync(Deadline, Token);

        output.WriteLine($"slowest submission {slowest.TotalSeconds:0.0} s");
        Assert.All(cluster.Processes, process => Assert.True(process.Starts == 1, $"{process.Name} was ended: {process.Log}"));
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        var recorded = await history.CollectAsync(busIsWhole: true, Token);
        Assert.Empty(HistoryChecker.Check(recorded));
        Assert.Equal((24, 24 * Load.Shots), (recorded.Tasks.Count(task => task.State == "Completed"), recorded.Pictures.Count));
    }

    [Fact]
    public async Task A_saga_host_that_dies_between_its_commit_and_its_message_loses_nothing()
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        await using var swarm = await LocalSwarm.OfSmallTorrentsAsync(1, Token);
        var torrent = swarm.Torrents[0];
        await using var way = new SpoiledWay(ClusterRole.Saga, 0);
        await using var cluster = await LocalCluster.StartAsync(new ClusterOptions { BusAddressOf = way.AddressOf }, Token);
        var history = await HistoryRecorder.StartAsync(cluster, Token);
        var saga = cluster.Sagas.Single();
        saga.Restarts = false;

        // Its database hears it and its broker does not: what it commits now is never said.
        way.Swallow();
        await cluster.Door.SubmitAsync(swarm.Magnet(torrent), Load.Shots, Token);
        await Poll.UntilAsync("the issue is committed", async token => await ReadLeaseAsync(cluster, torrent, token) == 1, Deadline, Token);
        saga.Kill();
        await Poll.UntilAsync("it is dead", () => saga.Pid is null, Deadline, Token);
        way.Heal();
        saga.Restarts = true;
        await saga.StartAsync();
        var task = await cluster.Door.WaitForEndAsync(torrent.Infohash, Deadline, Token);

        Assert.Equal(("Completed", Load.Shots), (task.GetProperty("state").GetString(), CountShots(task)));
        var recorded = await history.CollectAsync(busIsWhole: true, Token);
        Assert.Empty(HistoryChecker.Check(recorded));
        Assert.Equal([2], recorded.Reports.Where(report => report.Kind == "StepStarted").Select(report => report.Lease));
    }

    private static int CountShots(JsonElement task) => task.GetProperty("screenshots").GetArrayLength();

    private static async Task<int> ReadLeaseAsync(LocalCluster cluster, TestTorrent torrent, CancellationToken cancellationToken) =>
        (int)(await cluster.Database.ReadOneAsync(
            $"SELECT lease FROM work_items i JOIN tasks t ON t.id = i.task_id WHERE t.infohash = '{torrent.Infohash}'", cancellationToken))!;
}
