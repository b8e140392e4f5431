using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EventTorrent.Storage.Tests;

public abstract class WebhookQueueTests(StorageProvider provider)
{
    public sealed class Sqlite() : WebhookQueueTests(StorageProvider.Sqlite);

    public sealed class Postgres() : WebhookQueueTests(StorageProvider.Postgres);

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset LeaseEnds = Noon.AddMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_due_is_taken_once_however_many_take()
    {
        await using var databases = await FilledAsync(20);

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                using var gate = Gate();
                var queue = new WebhookQueue(databases.Open(), gate);
                var mine = new List<WebhookDelivery>();
                for (var some = await TakeAsync(queue, Noon); some.Count > 0; some = await TakeAsync(queue, Noon))
                {
                    mine.AddRange(some);
                }

                return mine;
            },
            Cancellation)));

        // One that found all rows locked may have stopped early; nobody else's rows are its own.
        var all = taken.SelectMany(mine => mine).ToList();
        Assert.Equal(all.Count, all.DistinctBy(delivery => delivery.Id).Count());
        Assert.All(all, delivery => Assert.Equal((1, LeaseEnds), (delivery.Attempts, delivery.DueAt)));
        Assert.Equal(20, all.Count);
    }

    [Fact]
    public async Task A_lease_that_ended_gives_it_to_the_next_and_the_late_report_changes_nothing()
    {
        await using var databases = await FilledAsync(1);
        using var gate = Gate();
        var queue = new WebhookQueue(databases.Open(), gate);

        var first = Assert.Single(await TakeAsync(queue, Noon));
        Assert.Empty(await TakeAsync(queue, LeaseEnds.AddMilliseconds(-1)));
        var second = Assert.Single(await TakeAsync(new WebhookQueue(databases.Open(), gate), LeaseEnds));
        await queue.EndAttemptAsync(first, Noon, null, 200, null, Cancellation);
        var between = await databases.Open().WebhookDeliveries.AsNoTracking().SingleAsync(Cancellation);
        await queue.EndAttemptAsync(second, null, Noon.AddHours(1), 500, "Http500", Cancellation);
        var after = await databases.Open().WebhookDeliveries.AsNoTracking().SingleAsync(Cancellation);

        Assert.Equal((1, 2), (first.Attempts, second.Attempts));
        Assert.Null(between.DeliveredAt);
        Assert.Equal((2, Noon.AddHours(1), 500, "Http500"), (after.Attempts, after.DueAt, after.LastStatus, after.LastError));
    }

    [Fact]
    public async Task What_ended_is_forgotten_after_a_while_and_what_waits_is_not()
    {
        await using var databases = await FilledAsync(2);
        using var gate = Gate();
        var queue = new WebhookQueue(databases.Open(), gate);
        var ended = (await TakeAsync(queue, Noon))[0];
        await queue.EndAttemptAsync(ended, Noon, null, 200, null, Cancellation);

        await queue.TidyAsync(Noon, Cancellation);
        Assert.Equal(2, await databases.Open().WebhookDeliveries.CountAsync(Cancellation));
        await queue.TidyAsync(Noon.AddTicks(TimeSpan.TicksPerMillisecond), Cancellation);

        Assert.NotEqual(ended.Id, (await databases.Open().WebhookDeliveries.SingleAsync(Cancellation)).Id);
    }

    private static Task<IReadOnlyList<WebhookDelivery>> TakeAsync(WebhookQueue queue, DateTimeOffset now) =>
        queue.TakeDueAsync(3, now, now == Noon ? LeaseEnds : now.AddMinutes(1), Cancellation);

    private WriteGate Gate() => new(Options.Create(new StorageOptions { Provider = provider }));

    private async Task<Databases> FilledAsync(int count)
    {
        var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        var task = new TorrentTask { CorrelationId = Guid.NewGuid(), Infohash = new string('a', 40), CreatedAt = Noon, UpdatedAt = Noon };
        db.Tasks.Add(task);
        db.WebhookDeliveries.AddRange(Enumerable.Range(0, count).Select(_ => new WebhookDelivery
        {
            Id = Guid.NewGuid(), TaskId = task.CorrelationId, Event = "task.completed", Url = "https://a.example/", Body = "{}", DueAt = Noon, CreatedAt = Noon,
        }));
        await db.SaveChangesAsync(Cancellation);
        return databases;
    }
}
