using System.Diagnostics;
using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>How much memory each process of a cluster takes, through all its lives.</summary>
internal sealed class MemoryWatch(LocalCluster cluster)
{
    private const int Parts = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<Sample> _samples = [];
    private TimeSpan _calm;

    /// <summary>Looks until it is told to end.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            foreach (var process in cluster.Processes)
            {
                Look(process);
            }

            await Task.Delay(Interval, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>From now on nothing is killed any more.</summary>
    public void BeginCalm() => _calm = _clock.Elapsed;

    /// <summary>What each process took in the first and in the last quarter of the calm, and the most that any of its lives took.</summary>
    public IReadOnlyList<MemoryGrowth> Measure()
    {
        var quarter = (_clock.Elapsed - _calm) / Parts;
        return
        [
            .. from process in cluster.Processes
               let own = _samples.Where(sample => sample.Name == process.Name && sample.Pid == process.Pid).ToList()
               let first = own.Where(sample => sample.At >= _calm && sample.At < _calm + quarter).ToList()
               let last = own.Where(sample => sample.At >= _clock.Elapsed - quarter).ToList()
               where first.Count > 0 && last.Count > 0
               select new MemoryGrowth(
                   process.Name, Median(first), Median(last), _samples.Where(sample => sample.Name == process.Name).Max(sample => sample.Mebibytes)),
        ];
    }

    private void Look(ClusterProcess process)
    {
        try
        {
            if (process.Pid is { } pid)
            {
                _samples.Add(new Sample(process.Name, pid, _clock.Elapsed, process.MemoryBytes / 1024.0 / 1024));
            }
        }
        catch (Exception down) when (down is IOException or InvalidOperationException or FormatException)
        {
            // It was killed between two looks.
            TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"{process.Name} is down: {down.Message}"));
        }
    }

    private static double Median(List<Sample> samples) => samples.Select(sample => sample.Mebibytes).Order().ElementAt(samples.Count / 2);

    private readonly record struct Sample(string Name, int Pid, TimeSpan At, double Mebibytes);
}
