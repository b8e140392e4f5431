using EventTorrent.Contracts;
using EventTorrent.Hosting;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Download;

/// <summary>
/// Torrents that stay in their swarm without a command: after a slice until the next one takes them over, and after their end
/// as long as they are to be seeded. Between two slices nobody else may write where they do; at their end anybody may.
/// </summary>
public sealed class KeptDownloads(IOptions<DownloadWorkerOptions> options, DrainWishes drains, TimeProvider time) : BackgroundService
{
    /// <summary>A yielded item is issued again at once; a minute covers a busy queue.</summary>
    public static readonly TimeSpan Warm = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _kept = [];

    /// <summary>Takes over a torrent whose slice is over.</summary>
    public Task KeepAsync(OpenDownload download) => AddAsync(new Entry(download, time.GetTimestamp(), Bytes: null));

    /// <summary>Takes over a torrent that is complete: seeds it or leaves its swarm, as the options say.</summary>
    /// <param name="bytes">Its size, which the ratio is about.</param>
    public async Task FinishAsync(OpenDownload download, long bytes)
    {
        if (options.Value is { SeedRatio: 0, SeedTime.Ticks: 0 })
        {
            await download.DisposeAsync();
            return;
        }

        download.LetGo();
        await AddAsync(new Entry(download, time.GetTimestamp(), bytes));
    }

    /// <summary>Gives back what is kept of a torrent, or null.</summary>
    public OpenDownload? Take(string infohash)
    {
        lock (_lock)
        {
            return _kept.Remove(infohash, out var entry) ? entry.Download : null;
        }
    }

    /// <summary>Leaves a swarm at once: what was begun in its directory under this mark is to be removed.</summary>
    public Task DropAsync(string infohash, string mark) => LeaveAsync(entry => entry.Download.Infohash == infohash && entry.Download.Directory.Mark == mark);

    /// <summary>Leaves a swarm at once: its lease, or a later one, was taken away.</summary>
    public Task DropAsync(Guid taskId, int lease) => LeaveAsync(entry =>
        entry.Download.Lease <= lease && Infohash.TryParse(entry.Download.Infohash, out var infohash) && infohash.ToTaskId() == taskId);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LeaveAsync(IsOver);
            }
        }
        catch (OperationCanceledException)
        {
            await LeaveAsync(_ => true);
        }
    }

    private async Task AddAsync(Entry entry)
    {
        OpenDownload? before;
        lock (_lock)
        {
            before = _kept.Remove(entry.Download.Infohash, out var other) ? other.Download : null;
            _kept[entry.Download.Infohash] = entry;
        }

        await (before?.DisposeAsync() ?? default);
    }

    private bool IsOver(Entry entry)
    {
        var age = time.GetElapsedTime(entry.Since);
        if (entry.Bytes is not { } bytes)
        {
            // A drained worker gets no next slice: whoever does must not wait for the directory.
            return age >= Warm || drains.IsAsked(Step.Download);
        }

        var (ratio, limit) = (options.Value.SeedRatio, options.Value.SeedTime);
        return (limit > TimeSpan.Zero && age >= limit) || (ratio > 0 && entry.Download.Engine.Progress.UploadedBytes >= ratio * bytes);
    }

    private async Task LeaveAsync(Predicate<Entry> isDue)
    {
        List<OpenDownload> due;
        lock (_lock)
        {
            due = [.. _kept.Values.Where(entry => isDue(entry)).Select(entry => entry.Download)];
            due.ForEach(download => _kept.Remove(download.Infohash));
        }

        foreach (var download in due)
        {
            await download.DisposeAsync();
        }
    }

    /// <param name="Bytes">Of a complete torrent: its size; null between two slices.</param>
    private sealed record Entry(OpenDownload Download, long Since, long? Bytes);
}
