using System.Diagnostics;
using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>
/// F26: every part is killed or frozen again and again while submissions come. EVENTTORRENT_SOAK_MINUTES and
/// EVENTTORRENT_SOAK_SEED choose another length and another course; <c>./test.sh soak</c> runs it for half an hour.
/// </summary>
public class The_soak(ITestOutputHelper output)
{
    private const int Submissions = 500;
    private const int Batch = 10;
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan End = TimeSpan.FromMinutes(4);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TimeSpan Length => TimeSpan.FromMinutes(Number("EVENTTORRENT_SOAK_MINUTES") ?? 5);

    [Fact]
    public async Task Whatever_is_killed_every_task_ends_and_nothing_is_done_under_an_old_lease()
    {
        Assert.SkipWhen(LocalCluster.Missing is not null, LocalCluster.Missing ?? "");
        var seed = Number("EVENTTORRENT_SOAK_SEED") ?? Random.Shared.Next(1_000_000);
        Tell($"{Length.TotalMinutes} minutes of seed {seed}");
        await using var swarm = await LocalSwarm.OfSmallTorrentsAsync(0, Token);
        // A zombie is only one when others go on without it: a lease that is over before the longest freeze is.
        await using var cluster = await LocalCluster.StartAsync(
            new ClusterOptions
            {
                ScreenshotWorkers = 3, Sagas = 2, Apis = 2,
                Settings = new Dictionary<string, string> { ["Sagas:Heartbeat"] = "00:00:08", ["Screenshots:ProgressInterval"] = "00:00:02" },
            },
            Token);
        var history = await HistoryRecorder.StartAsync(cluster, Token);
        var load = new Load(cluster, swarm);
        var mischief = new Mischief(cluster, seed, what => Tell($"{DateTime.UtcNow:HH:mm:ss} {what}"));
        using var over = new CancellationTokenSource(Length);

        var striking = mischief.RunAsync(over.Token, Token);
        for (var submitted = 0; submitted < Submissions; submitted += Batch)
        {
            var clock = Stopwatch.StartNew();
            await load.SubmitAsync(Batch, Token);
            var left = (Length * Batch / Submissions) - clock.Elapsed;
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, Token);
        }

        await over.CancelAsync();
        await striking;
        var recovering = Stopwatch.StartNew();
        await cluster.WaitUntilCompleteAsync(Recovery, Token);
        Tell(FormattableString.Invariant($"{mischief.Kills} kills and {mischief.Freezes} freezes; complete again after {recovering.Elapsed.TotalSeconds:0.0} s"));
        await load.WaitForEndAsync(End, Token);
        Tell(FormattableString.Invariant($"all ended after {recovering.Elapsed.TotalSeconds:0.0} s"));

        var recorded = await history.CollectAsync(busIsWhole: false, Token);
        Tell(string.Join(", ", recorded.Tasks.CountBy(task => $"{task.State} {task.FailureKind}".Trim()).Select(group => $"{group.Value} {group.Key}"))
            + $"; {recorded.Pictures.Count} pictures; the highest lease is {recorded.Changes.Max(change => change.Lease)}");
        Assert.Empty(HistoryChecker.Check(recorded));
        Assert.Equal(Submissions, recorded.Tasks.Count);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private void Tell(string line)
    {
        output.WriteLine(line);
        TestContext.Current.SendDiagnosticMessage(line);
    }
}
