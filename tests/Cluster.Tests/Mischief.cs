using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>Kills or freezes one process after another, chosen by a seed.</summary>
internal sealed class Mischief(LocalCluster cluster, int seed, Action<string> tell)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(10);

    private readonly Random _random = new(seed);

    public int Kills { get; private set; }

    public int Freezes { get; private set; }

    /// <summary>Goes on until it is told to end; then everything runs again.</summary>
    public async Task RunAsync(CancellationToken end, CancellationToken cancellationToken)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(Between(ShortestPause, LongestPause), end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!end.IsCancellationRequested)
            {
                await StrikeAsync(cancellationToken);
            }
        }
    }

    private async Task StrikeAsync(CancellationToken cancellationToken)
    {
        // All numbers are drawn whatever they are used for, so that one seed is one course.
        var (freezes, sleep, choice) = (_random.Next(3) == 0, Between(TimeSpan.FromSeconds(1), LongestSleep), _random.Next(cluster.Processes.Count + 2));
        var pause = TimeSpan.FromSeconds(_random.Next(1, 4));
        Kills += freezes ? 0 : 1;
        Freezes += freezes ? 1 : 0;
        var victim = choice - 2 is >= 0 and var number ? cluster.Processes[number].Name : choice == 0 ? "the broker" : "the database";
        tell(freezes ? FormattableString.Invariant($"freezes {victim} for {sleep.TotalSeconds:0.0} s") : $"kills {victim}");
        await (choice switch
        {
            0 when freezes => SleepAsync(cluster.Broker.Suspend, cluster.Broker.Resume, sleep, cancellationToken),
            0 => DieAsync(cluster.Broker.KillAsync, cluster.Broker.StartAgainAsync, pause, cancellationToken),
            1 when freezes => SleepAsync(cluster.Postgres.Suspend, cluster.Postgres.Resume, sleep, cancellationToken),
            1 => DieAsync(cluster.Postgres.KillAsync, cluster.Postgres.StartAgainAsync, pause, cancellationToken),
            _ => StrikeAsync(cluster.Processes[choice - 2], freezes, sleep, cancellationToken),
        });
    }

    private async Task StrikeAsync(ClusterProcess process, bool freezes, TimeSpan sleep, CancellationToken cancellationToken)
    {
        try
        {
            if (freezes)
            {
                var pid = process.Pid;
                process.Suspend();
                await Task.Delay(sleep, cancellationToken);
                if (process.Pid == pid)
                {
                    process.Resume();
                }
            }
            else
            {
                process.Kill();
            }
        }
        catch (InvalidOperationException)
        {
            // It is down already, between two lives.
            tell($"{process.Name} was down");
        }
    }

    private static async Task SleepAsync(Action suspend, Action resume, TimeSpan sleep, CancellationToken cancellationToken)
    {
        suspend();
        await Task.Delay(sleep, cancellationToken);
        resume();
    }

    private static async Task DieAsync(
        Func<CancellationToken, Task> kill, Func<CancellationToken, Task> startAgain, TimeSpan pause, CancellationToken cancellationToken)
    {
        await kill(cancellationToken);
        await Task.Delay(pause, cancellationToken);
        await startAgain(cancellationToken);
    }

    private TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * _random.NextDouble());
}
