using EventTorrent.Hosting;
using EventTorrent.Hosting.Webhooks;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.Extensions.Options;

namespace EventTorrent.Sagas.Webhooks;

/// <summary>
/// Tells receivers what is due, from the table: first at once, then after 5 s, 15 s, 45 s ... at most an hour, ten times. Any number
/// of processes may run it; one that dies in the middle costs its deliveries a minute.
/// </summary>
public sealed partial class WebhookSender(
    IServiceScopeFactory scopes, WebhookClient client, Preparations preparations, IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookSender> logger)
    : BackgroundService
{
    public const int MaxAttempts = 10;

    /// <summary>Requests of one process at once.</summary>
    private const int AtOnce = 16;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Above what one attempt can take, even when it waits for others.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    private static readonly TimeSpan TidyInterval = TimeSpan.FromHours(1);

    /// <summary>How long one can see what became of a delivery.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(7);

    /// <summary>The wait after an attempt, by its number from 1.</summary>
    public static TimeSpan Delay(int attempt) =>
        TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks * (long)Math.Pow(3, Math.Min(attempt, MaxAttempts) - 1)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.IsOn())
        {
            return;
        }

        await preparations.WaitAsync(stoppingToken);
        long? tidied = null;
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            if (tidied is null || time.GetElapsedTime(tidied.Value) > TidyInterval)
            {
                tidied = time.GetTimestamp();
                await GuardAsync(queue => queue.TidyAsync(time.GetUtcNow() - Memory, stoppingToken), stoppingToken);
            }

            await GuardAsync(queue => SendDueAsync(queue, stoppingToken), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>The database may be away: the next look does it.</summary>
    private async Task GuardAsync(Func<WebhookQueue, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await work(scope.ServiceProvider.GetRequiredService<WebhookQueue>());
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogLookFailed(failure.GetType().Name);
        }
    }

    private async Task SendDueAsync(WebhookQueue queue, CancellationToken cancellationToken)
    {
        IReadOnlyList<WebhookDelivery> due;
        do
        {
            var now = time.GetUtcNow();
            due = await queue.TakeDueAsync(AtOnce, now, now + Lease, cancellationToken);
            await Task.WhenAll(due.Select(delivery => SendAsync(delivery, cancellationToken)));
        }
        while (due.Count == AtOnce);
    }

    private async Task SendAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        // One that was begun for the last time and of which nobody said how it went.
        var outcome = delivery.Attempts > MaxAttempts
            ? new WebhookOutcome(delivery.LastStatus, delivery.LastError ?? "Unknown", MayTryAgain: false)
            : await client.SendAsync(delivery, cancellationToken);
        var now = time.GetUtcNow();
        DateTimeOffset? again = outcome.MayTryAgain && delivery.Attempts < MaxAttempts ? now + Delay(delivery.Attempts) : null;
        if (outcome.Error is not null)
        {
            LogFailed(delivery.Event, delivery.TaskId, delivery.Attempts, outcome.Error, again is not null);
        }

        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<WebhookQueue>()
            .EndAttemptAsync(delivery, outcome.Error is null ? now : null, again, outcome.Status, outcome.Error, cancellationToken);
    }

    [LoggerMessage(7201, LogLevel.Warning, "Webhooks could not be looked through now: {Failure}")]
    private partial void LogLookFailed(string failure);

    [LoggerMessage(7202, LogLevel.Warning, "The webhook {Event} of {Task} was not taken (attempt {Attempt}): {Error}; another attempt: {Again}")]
    private partial void LogFailed(string @event, Guid task, int attempt, string error, bool again);
}
