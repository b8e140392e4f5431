using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Media.Hls;

namespace EventTorrent.Workers.Transcode;

/// <summary>
/// Encoders outlive the slice of a message, as they can't be interrupted and continued. Invariants:
/// one run for each item of this process, joined by the next message about it;
/// a run that no message asks for, here or at another worker of the volume, ends after a minute;
/// StopWork ends it at once, and nothing outlives the process.
/// </summary>
public sealed class KeptRuns(RunningWork running, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid Task, int Item, int Part), KeptRun> _runs = [];

    /// <summary>Starts the work or joins it, and waits for its end, for that of the slice or for <paramref name="cancellationToken"/>.</summary>
    public async Task RunAsync(
        TranscodeRequest request, HlsFolder folder, int part, TranscodeView view,
        Func<Action<HlsProgress>, CancellationToken, Task> make, CancellationToken cancellationToken)
    {
        var key = (request.TaskId, request.Item, part);
        var run = Join(key, folder, part, make);
        view.Follow(run.View);
        try
        {
            await run.Work.WaitAsync(cancellationToken);
            Remove(key, run);
            run.Dispose();
        }
        catch (OperationCanceledException) when (request.SliceEnd.IsCancellationRequested && !run.Work.IsCompleted)
        {
            Leave(request, run);
            throw;
        }
        catch
        {
            Remove(key, run);
            await run.StopAsync();
            throw;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(Take(_ => true).Select(run => run.StopAsync())).WaitAsync(cancellationToken);
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

    private KeptRun Join((Guid, int, int) key, HlsFolder folder, int part, Func<Action<HlsProgress>, CancellationToken, Task> make)
    {
        lock (_lock)
        {
            if (!_runs.TryGetValue(key, out var run))
            {
                run = new KeptRun(folder, part);
                _runs.Add(key, run);
                run.Start(make);
            }

            run.Lease?.Dispose();
            run.Lease = null;
            return run;
        }
    }

    private void Leave(TranscodeRequest request, KeptRun run)
    {
        lock (_lock)
        {
            run.LeftAt = time.GetUtcNow();
            run.Lease = running.Begin(request.TaskId, Step.Transcode, request.Item, request.Lease, CancellationToken.None);
        }
    }

    private void Remove((Guid, int, int) key, KeptRun run)
    {
        lock (_lock)
        {
            if (_runs.GetValueOrDefault(key) == run)
                _runs.Remove(key);
        }
    }

    private bool IsOver(KeptRun run) =>
        run.Lease is { } lease
        && (lease.IsRevoked || run.Work.IsCompleted || (time.GetUtcNow() - run.LeftAt > Keep && !run.IsWanted(Keep, time)));

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
