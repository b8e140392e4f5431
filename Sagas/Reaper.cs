using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using Microsoft.Extensions.Options;

namespace EventTorrent.Sagas;

/// <summary>
/// Looks for streams that are kept no longer, by age or because their volume lacks room, and tells the state machine, which
/// looks once more whether somebody watches. Any number of processes may run it.
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
        }

        if (_options.FreeMiB > 0)
        {
            foreach (var (volume, free) in await retention.FindRoomAsync(now - WorkerHeartbeat.Silence, cancellationToken))
            {
                var lacking = (_options.FreeMiB * 1024L * 1024L) - free;
                await TellAsync(await retention.FindUnwatchedOnAsync(volume, lacking, now - _options.WatchTime, Batch, cancellationToken), cancellationToken);
            }
        }
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
}
