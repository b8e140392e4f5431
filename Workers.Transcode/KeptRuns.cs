using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Media.Hls;

namespace EventTorrent.Workers.Transcode;

/// <summary>
/// Encoders outlive the slice of a message, as they can't be interrupted and continued. Invariants:
/// one run for each item of this process, joined by the next message about it;
/// a run is the newest lease's: when that comes, older ones end without a word, and their end is not that of the run;
/// a run that no message asks for, here or at another worker of the volume, ends after a minute, unless the worker is drained and so gets none;
/// StopWork ends it at once, and nothing outlives the process.
/// </summary>
public sealed class KeptRuns(RunningWork running, DrainWishes drains, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid Task, int Item, int Part), KeptRun> _runs = [];
    private bool _isStopping;

    /// <summary>Starts the work or joins it, and waits for its end, for that of the slice or for <paramref name="cancellationToken"/>.</summary>
    public async Task RunAsync(
        TranscodeRequest request, HlsFolder folder, int part, TranscodeView view,
        Func<Action<HlsProgress>, CancellationToken, Task> make, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = (request.TaskId, request.Item, part);
        var run = Join(key, request.Lease, folder, part, make);
        try
        {
            // It may be this one that is too old.
            running.Stop(new StopWork(request.TaskId, nameof(Step.Transcode), request.Item, run.Owner - 1));
            // And it may have been told to stop while its encoder was started.
            cancellationToken.ThrowIfCancellationRequested();
            view.Follow(run.View);
            await run.Work.WaitAsync(cancellationToken);
            if (TryEnd(key, request.Lease, run))
                run.Dispose();
        }
        catch
        {
            if (!TryLeave(request, run) && TryEnd(key, request.Lease, run))
                await run.StopAsync();
            throw;
        }
    }

    /// <summary>What a message waits for ends with the message: it is told to stop in its turn, and says so.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _isStopping = true;
        }

        await base.StopAsync(cancellationToken);
        await Task.WhenAll(Take(run => run.Unattended is not null).Select(run => run.StopAsync())).WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var run in Take(IsOver))
                await run.StopAsync();
        }
    }

    private KeptRun Join((Guid, int, int) key, int lease, HlsFolder folder, int part, Func<Action<HlsProgress>, CancellationToken, Task> make)
    {
        lock (_lock)
        {
            if (!_runs.TryGetValue(key, out var run))
            {
                run = new KeptRun(folder, part);
                _runs.Add(key, run);
                run.Start(make);
            }

            run.Owner = Math.Max(run.Owner, lease);
            run.Unattended?.Dispose();
            run.Unattended = null;
            return run;
        }
    }

    /// <summary>Keeps the run for the next message, when it is only the slice that is over.</summary>
    private bool TryLeave(TranscodeRequest request, KeptRun run)
    {
        lock (_lock)
        {
            if (!request.SliceEnd.IsCancellationRequested || run.Work.IsCompleted || run.Owner != request.Lease || _isStopping)
                return false;

            run.LeftAt = time.GetUtcNow();
            run.Unattended = running.Begin(request.TaskId, Step.Transcode, request.Item, request.Lease, CancellationToken.None);
            return true;
        }
    }

    /// <returns>Whether the run is that lease's to end.</returns>
    private bool TryEnd((Guid, int, int) key, int lease, KeptRun run)
    {
        lock (_lock)
        {
            return run.Owner == lease && _runs.GetValueOrDefault(key) == run && _runs.Remove(key);
        }
    }

    private bool IsOver(KeptRun run) =>
        run.Unattended is { } lease
        && (lease.IsRevoked || run.Work.IsCompleted || (time.GetUtcNow() - run.LeftAt > Keep && !drains.IsAsked(Step.Transcode) && !run.IsWanted(Keep, time)));

    private List<KeptRun> Take(Func<KeptRun, bool> isMeant)
    {
        lock (_lock)
        {
            var taken = _runs.Where(entry => isMeant(entry.Value)).ToList();
            taken.ForEach(entry => _runs.Remove(entry.Key));
            return taken.ConvertAll(entry => entry.Value);
        }
    }
}
