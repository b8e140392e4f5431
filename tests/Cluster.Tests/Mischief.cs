using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>Kills or freezes one process after another, in an order chosen by a seed: each has its turn before any has its next.</summary>
internal sealed class Mischief(LocalCluster cluster, int seed, Action<string> tell)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(10);

    private readonly Random _random = new(seed);
    private readonly Queue<int> _turns = new();

    public int Kills { get; private set; }

    public int Freezes { get; private set; }

    /// <summary>The longest time until viewers could meet the node again.</summary>
    public TimeSpan LongestAbsence { get; private set; }

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
        var (freezes, sleep, choice) = (_random.Next(3) == 0, Between(TimeSpan.FromSeconds(1), LongestSleep), NextTurn());
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
        var starts = process.Starts;
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

        if (process.Role is ClusterRole.Signaling or ClusterRole.Node)
        {
            // The hub and the node of before the kill would say that all is well.
            await Poll.UntilAsync($"{process.Name} is started again", () => freezes || process.Starts > starts, Presence.Deadline, cancellationToken);
            var absence = await Presence.WaitAsync(cluster, cancellationToken);
            LongestAbsence = absence > LongestAbsence ? absence : LongestAbsence;
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

    /// <returns>0 for the broker, 1 for the database, then the processes.</returns>
    private int NextTurn()
    {
        if (_turns.Count == 0)
        {
            var order = Enumerable.Range(0, cluster.Processes.Count + 2).ToArray();
            _random.Shuffle(order);
            Array.ForEach(order, _turns.Enqueue);
        }

        return _turns.Dequeue();
    }

    private TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * _random.NextDouble());
}
