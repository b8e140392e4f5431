using System.Threading.Channels;
using EventTorrent.Contracts;
using EventTorrent.Hosting;

namespace EventTorrent.Sagas;

/// <summary>
/// Tells pages of changed tasks, a moment later: what changes many times in that moment is told once, and no message that is
/// handled waits for it. Lossy, as pages read the rows again.
/// </summary>
public sealed class TaskAnnouncer(BoundedPublisher publisher, TimeProvider time) : BackgroundService
{
    private const int MaxWaiting = 10_000;
    private const int AtOnce = 16;

    /// <summary>Too short for a person to notice.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly Channel<TaskChanged> _changes =
        Channel.CreateBounded<TaskChanged>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Announce(IReadOnlyList<TaskChanged> changed)
    {
        foreach (var task in changed)
        {
            _changes.Writer.TryWrite(task);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var latest = new Dictionary<Guid, TaskChanged>();
        while (await _changes.Reader.WaitToReadAsync(stoppingToken))
        {
            await Task.Delay(Moment, time, stoppingToken);
            while (_changes.Reader.TryRead(out var changed))
            {
                latest[changed.TaskId] = changed;
            }

            await Parallel.ForEachAsync(
                latest.Values,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
                async (changed, token) => await publisher.TryPublishAsync(changed, token));
            latest.Clear();
        }
    }
}
