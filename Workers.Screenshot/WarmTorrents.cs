using EventTorrent.Torrents;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Screenshot;

/// <summary>
/// Keeps a torrent in its swarm for a while after a slice: the next slice, if it comes here, goes on with its connections
/// and with the blocks that are in memory. A slow swarm would else begin anew at every slice.
/// </summary>
public sealed class WarmTorrents(IOptions<ScreenshotWorkerOptions> options, TimeProvider time) : BackgroundService
{
    /// <summary>A yielded item is issued again at once; a minute covers a busy queue.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<(ITorrent Torrent, long Since)> _kept = [];

    /// <summary>Takes over a torrent, to leave it later. No more than one for each slot are kept.</summary>
    public async Task KeepAsync(ITorrent torrent)
    {
        lock (_lock)
        {
            _kept.Enqueue((torrent, time.GetTimestamp()));
        }

        await LeaveAsync(kept => kept.Count > options.Value.Slots);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LeaveAsync(kept => kept.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Since) >= Longest);
            }
        }
        catch (OperationCanceledException)
        {
            await LeaveAsync(kept => kept.Count > 0);
        }
    }

    private async Task LeaveAsync(Predicate<Queue<(ITorrent Torrent, long Since)>> isDue)
    {
        while (TakeDue(isDue) is { } torrent)
        {
            await torrent.DisposeAsync();
        }
    }

    private ITorrent? TakeDue(Predicate<Queue<(ITorrent Torrent, long Since)>> isDue)
    {
        lock (_lock)
        {
            return isDue(_kept) ? _kept.Dequeue().Torrent : null;
        }
    }
}
