using EventTorrent.Hosting;
using EventTorrent.Storage;

namespace EventTorrent.Api.Access;

/// <summary>Reads the keys again and again, and writes now and then which of them were used.</summary>
internal sealed partial class KeyRingKeeper(
    KeyRing keys, IServiceScopeFactory scopes, Preparations preparations, TimeProvider time, ILogger<KeyRingKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>To know that a key is used, five minutes are as good as one second, and cost no write per request.</summary>
    private static readonly TimeSpan UseInterval = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await preparations.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        long? noted = null;
        var isAway = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await keys.ReadAgainAsync(stoppingToken);
                if (noted is not { } since || time.GetElapsedTime(since) >= UseInterval)
                {
                    noted = await NoteUsedAsync(stoppingToken) ? time.GetTimestamp() : noted;
                }

                isAway = false;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                if (!isAway)
                {
                    LogAway(failure.GetType().Name);
                }

                isAway = true;
            }
        }
    }

    private async Task<bool> NoteUsedAsync(CancellationToken cancellationToken)
    {
        var used = keys.TakeUsed();
        if (used.Count == 0)
        {
            return false;
        }

        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AccessStore>().NoteUsedAsync(used, cancellationToken);
        return true;
    }

    [LoggerMessage(7241, LogLevel.Warning, "The keys can't be read now ({Failure}): those that were good last go on being so")]
    private partial void LogAway(string failure);
}
