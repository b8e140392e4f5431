using System.Diagnostics;
using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>
/// F26: processes of every kind, the broker and the database are killed or frozen again and again while submissions come.
/// In the last quarter of the time nothing is killed any more, and what the processes take of the memory is looked at.
/// EVENTTORRENT_SOAK_MINUTES and EVENTTORRENT_SOAK_SEED choose another length and another course; <c>./test.sh soak</c> runs it for half an hour.
/// </summary>
public class The_soak(ITestOutputHelper output)
{
    private const int Submissions = 500;
    private const int Batch = 10;

    /// <summary>Every so many submissions one is for a stream.</summary>
    private const int StreamEvery = 100;

    /// <summary>The part of the time in which processes are killed.</summary>
    private const double Stormy = 0.75;

    /// <summary>A calm that is long enough to tell growth from the first minutes of a process.</summary>
    private static readonly TimeSpan LongCalm = TimeSpan.FromMinutes(5);

    /// <summary>What a process may take more at the end of the calm than at its beginning, as a factor and in MiB.</summary>
    private const double MostGrowth = 1.15;
    private const double Warmth = 12;

    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan End = TimeSpan.FromMinutes(4);

    /// <summary>A zombie is only one when others go on without it: a lease that is over before the longest freeze is.</summary>
    private static readonly ClusterOptions Parts = new()
    {
        ScreenshotWorkers = 3,
        DownloadWorkers = 1,
        TranscodeWorkers = 1,
        Sagas = 2,
        Apis = 2,
        Signalings = 2,
        Nodes = 1,
        Settings = new Dictionary<string, string>
        {
            ["Sagas:Heartbeat"] = "00:00:08",
            ["Screenshots:ProgressInterval"] = "00:00:02",
            ["Downloads:ProgressInterval"] = "00:00:02",
            ["Transcodes:ProgressInterval"] = "00:00:02",
            ["Volume:ReserveMiB"] = "0",
        },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TimeSpan Length => TimeSpan.FromMinutes(Number("EVENTTORRENT_SOAK_MINUTES") ?? 5);

    [Fact]
    public async Task Whatever_is_killed_every_task_ends_and_nothing_is_done_under_an_old_lease()
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        Assert.SkipWhen(NodeProgram.Missing is not null, NodeProgram.Missing ?? "");
        var seed = Number("EVENTTORRENT_SOAK_SEED") ?? Random.Shared.Next(1_000_000);
        Tell($"{Length.TotalMinutes} minutes of seed {seed}");
        await using var swarm = await LocalSwarm.OfSmallTorrentsAsync(0, Token);
        await using var cluster = await LocalCluster.StartAsync(Parts, Token);
        Assert.Equal(Enum.GetValues<ClusterRole>(), cluster.Processes.Select(process => process.Role).Distinct().Order());
        await Presence.WaitAsync(cluster, Token);
        var history = await HistoryRecorder.StartAsync(cluster, Token);
        var load = new Load(cluster, swarm);
        var mischief = new Mischief(cluster, seed, what => Tell($"{DateTime.UtcNow:HH:mm:ss} {what}"));
        using var over = new CancellationTokenSource(Length * Stormy);
        using var measured = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var memory = new MemoryWatch(cluster);

        var watching = memory.RunAsync(measured.Token);
        var striking = mischief.RunAsync(over.Token, Token);
        var calm = CalmAsync();
        var streams = 0;
        for (var submitted = 0; submitted < Submissions; submitted += Batch)
        {
            var clock = Stopwatch.StartNew();
            await load.SubmitAsync(Batch, Token);
            if (submitted % StreamEvery == 0)
            {
                await load.SubmitForStreamAsync(Token);
                streams++;
            }

            var left = (Length * Batch / Submissions) - clock.Elapsed;
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, Token);
        }

        await calm;
        await measured.CancelAsync();
        await watching;
        var growths = memory.Measure();
        Tell(string.Join(", ", growths));
        var recovering = Stopwatch.StartNew();
        await load.WaitForEndAsync(End, Token);
        Tell(FormattableString.Invariant($"all ended after {recovering.Elapsed.TotalSeconds:0.0} s"));
        await WatchAsync(cluster, await load.SubmitForStreamAsync(Token));
        Tell(FormattableString.Invariant($"a new stream was watched after {recovering.Elapsed.TotalSeconds:0.0} s"));

        var recorded = await history.CollectAsync(busIsWhole: false, Token);
        Tell(string.Join(", ", recorded.Tasks.CountBy(task => $"{task.State} {task.FailureKind}".Trim()).Select(group => $"{group.Value} {group.Key}"))
            + $"; {recorded.Pictures.Count} pictures; the highest lease is {recorded.Changes.Max(change => change.Lease)}");
        Assert.Empty(HistoryChecker.Check(recorded));
        Assert.Equal(Submissions + streams + 1, recorded.Tasks.Count);
        Assert.All(
            recorded.Tasks.Where(task => task.State == "Playable"),
            task => Assert.True(File.Exists(Path.Combine(StreamOf(cluster, task.Infohash), "master.m3u8")), $"{task.Infohash} has no stream"));
        Assert.Equal(cluster.Processes.Select(process => process.Name), growths.Select(growth => growth.Name));
        if (Length * (1 - Stormy) >= LongCalm)
        {
            Assert.All(growths, growth => Assert.True(growth.Last <= (growth.First * MostGrowth) + Warmth, $"{growth}"));
        }

        async Task CalmAsync()
        {
            await striking;
            var recovering = Stopwatch.StartNew();
            await cluster.WaitUntilCompleteAsync(Recovery, Token);
            memory.BeginCalm();
            Tell(FormattableString.Invariant(
                $"{mischief.Kills} kills and {mischief.Freezes} freezes; the node was back after {mischief.LongestAbsence.TotalSeconds:0.0} s at most; complete again after {recovering.Elapsed.TotalSeconds:0.0} s"));
        }
    }

    /// <summary>After all that, a task becomes a stream; a ticket is given for it, the node answers the offer, and a viewer gets what lies on the volume.</summary>
    private static async Task WatchAsync(LocalCluster cluster, TestTorrent torrent)
    {
        var task = await cluster.Door.WaitForEndAsync(torrent.Infohash, End, Token);
        Assert.Equal("Playable", task.GetProperty("state").GetString());
        string[] names = ["master.m3u8"];

        var served = await StreamViewer.GetAsync(cluster.Apis.First().Url, torrent.Infohash, names, End, Token, () => cluster.Nodes.Single().Log);

        Assert.Equal(await StreamViewer.HashAsync(StreamOf(cluster, torrent.Infohash), names, Token), served);
    }

    private static string StreamOf(LocalCluster cluster, string infohash) => Path.Combine(cluster.VolumeDirectory, infohash, "0.hls");

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private void Tell(string line)
    {
        output.WriteLine(line);
        TestContext.Current.SendDiagnosticMessage("The_soak: " + line);
    }
}
