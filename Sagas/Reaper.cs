using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using Microsoft.Extensions.Options;

namespace EventTorrent.Sagas;

/// <summary>
/// Looks for streams that are kept no longer, by age or because their volume lacks room, and tells the state machine, which
/// looks once more whether somebody watches; and lets go of what deleted tasks have left, by the same rules. Any number of
/// processes may run it.
/// </summary>
public sealed partial class Reaper(
    IServiceScopeFactory scopes, BoundedPublisher publisher, Preparations preparations, IOptions<RetentionOptions> options, TimeProvider time, ILogger<Reaper> logger)
    : BackgroundService
{
    /// <summary>Streams that go at one look.</summary>
    private const int Batch = 64;

    private readonly RetentionOptions _options = options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options is { KeepFor.Ticks: 0, FreeMiB: 0 })
        {
            return;
        }

        await preparations.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(_options.Interval, time);
        do
        {
            await GuardAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>The database may be away: the next look does it.</summary>
    private async Task GuardAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await ReapAsync(scope.ServiceProvider.GetRequiredService<StreamRetention>(), cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogLookFailed(failure.Message);
        }
    }

    private async Task ReapAsync(StreamRetention retention, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_options.KeepFor > TimeSpan.Zero)
        {
            var longest = _options.KeepFor > _options.WatchTime ? _options.KeepFor : _options.WatchTime;
            await TellAsync(await retention.FindUnwatchedAsync(now - longest, Batch, cancellationToken), cancellationToken);
            foreach (var purge in await retention.FindKeptAsync(now - longest, Batch, cancellationToken))
            {
                await LetGoAsync(retention, purge, now, cancellationToken);
            }
        }

        if (_options.FreeMiB > 0)
        {
            foreach (var (volume, free) in await retention.FindRoomAsync(now - WorkerHeartbeat.Silence, cancellationToken))
            {
                await MakeRoomAsync(retention, volume, (_options.FreeMiB * 1024L * 1024L) - free, now, cancellationToken);
            }
        }
    }

    /// <summary>What no task wants goes before what one has.</summary>
    private async Task MakeRoomAsync(StreamRetention retention, string volume, long lacking, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (lacking <= 0)
        {
            return;
        }

        var since = now - _options.WatchTime;
        foreach (var (purge, bytes) in await retention.FindKeptOnAsync(volume, since, Batch, cancellationToken))
        {
            if (lacking > 0 && await LetGoAsync(retention, purge, now, cancellationToken))
            {
                lacking -= bytes;
            }
        }

        await TellAsync(await retention.FindUnwatchedOnAsync(volume, lacking, since, Batch, cancellationToken), cancellationToken);
    }

    private async Task<bool> LetGoAsync(StreamRetention retention, PurgeData purge, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!await retention.LetGoAsync(purge.TaskId, now, cancellationToken))
        {
            return false;
        }

        LogLetGo(purge.Infohash);
        await publisher.TryPublishAsync(purge, cancellationToken);
        return true;
    }

    private async Task TellAsync(IReadOnlyList<ExpireStream> streams, CancellationToken cancellationToken)
    {
        foreach (var stream in streams)
        {
            LogExpired(stream.Infohash);
            await publisher.TrySendAsync(Queues.Address(Queues.Saga), stream, cancellationToken);
        }
    }

    [LoggerMessage(7101, LogLevel.Information, "The stream of {Infohash} is kept no longer")]
    private partial void LogExpired(string infohash);

    [LoggerMessage(7102, LogLevel.Warning, "The Reaper could not look now: {Reason}")]
    private partial void LogLookFailed(string reason);

    [LoggerMessage(7103, LogLevel.Information, "What was left of {Infohash} when it was deleted is kept no longer")]
    private partial void LogLetGo(string infohash);
}
