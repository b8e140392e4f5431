using System.Collections.Concurrent;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage.Tests;

public abstract class WorkQueueTests(StorageProvider provider)
{
    public sealed class Sqlite() : WorkQueueTests(StorageProvider.Sqlite);

    public sealed class Postgres() : WorkQueueTests(StorageProvider.Postgres);

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Issues_what_is_due_by_priority_and_then_by_age()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        var old = Add(db, priority: 0, createdAt: Noon.AddHours(-2));
        var young = Add(db, priority: 0, createdAt: Noon.AddHours(-1));
        var urgent = Add(db, priority: 5, createdAt: Noon);
        Add(db, priority: 9, createdAt: Noon, dueAt: Noon.AddMinutes(1));
        await db.SaveChangesAsync(Cancellation);

        var issued = await databases.Queue(databases.Open()).IssueAsync(Step.Screenshots, "", 10, 10, Noon, Noon.AddSeconds(15), Cancellation);

        Assert.Equal([urgent, old, young], issued.Select(work => work.Task.CorrelationId));
        Assert.All(issued, work => Assert.Equal((1, WorkItemState.Queued), (work.Item.Lease, work.Item.State)));
    }

    [Fact]
    public async Task Never_issues_an_item_twice_however_many_ask_at_once()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        for (var count = 0; count < 40; count++)
        {
            Add(db, priority: 0, createdAt: Noon);
        }

        await db.SaveChangesAsync(Cancellation);
        var contexts = Enumerable.Range(0, 4).Select(_ => databases.Open()).ToList();

        var issued = await Task.WhenAll(contexts.Select(context => Task.Run(
            () => databases.Queue(context).IssueAsync(Step.Screenshots, "", 40, 40, Noon, Noon.AddSeconds(15), Cancellation), Cancellation)));

        Assert.Equal(40, issued.Sum(each => each.Count));
        Assert.Equal(40, issued.SelectMany(each => each).Select(work => work.Task.CorrelationId).Distinct().Count());
    }

    [Fact]
    public async Task Several_Dispatchers_issue_every_item_once_and_fill_one_window_together()
    {
        const int Items = 500;
        const int Window = 4 * 8;
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        for (var count = 0; count < Items; count++)
        {
            Add(db, priority: 0, createdAt: Noon);
        }

        await db.SaveChangesAsync(Cancellation);
        var issued = new ConcurrentBag<(Guid, int)>();
        var inWindow = new ConcurrentBag<int>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => DispatchAsync(databases.Open()), Cancellation)));

        Assert.Equal(Items, issued.Count);
        Assert.Equal(Items, issued.Distinct().Count());
        Assert.All(issued, each => Assert.Equal(1, each.Item2));
        Assert.InRange(inWindow.Max(), Window / 2, Window);

        // As a Dispatcher does it, and the workers with what it has sent.
        async Task DispatchAsync(TorrentDb own)
        {
            var queue = databases.Queue(own);
            while (issued.Count < Items)
            {
                own.ChangeTracker.Clear();
                var works = await queue.IssueAsync(Step.Screenshots, "", Window, 64, Noon, Noon.AddSeconds(15), Cancellation);
                inWindow.Add(await own.WorkItems.CountAsync(item => item.State == WorkItemState.Queued, Cancellation));
                foreach (var work in works)
                {
                    issued.Add((work.Task.CorrelationId, work.Item.Lease));
                }

                await queue.ConfirmIssuedAsync([.. works.Select(Sent)], TimeSpan.FromMinutes(30), Cancellation);

                var ids = works.Select(work => work.Task.CorrelationId).ToList();
                await own.WorkItems.Where(item => ids.Contains(item.TaskId))
                    .ExecuteUpdateAsync(set => set.SetProperty(item => item.State, WorkItemState.Done), Cancellation);
            }
        }
    }

    [Fact]
    public async Task Hands_out_what_nobody_has_looked_at_once_in_a_while()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        var (old, young) = (Add(db, priority: 0, createdAt: Noon), Add(db, priority: 0, createdAt: Noon));
        db.Tasks.Local.Single(task => task.CorrelationId == old).AttentionSince = Noon.AddSeconds(-3);
        db.Tasks.Local.Single(task => task.CorrelationId == young).AttentionSince = Noon.AddSeconds(-1);
        await db.SaveChangesAsync(Cancellation);
        var queue = databases.Queue(databases.Open());

        Assert.Equal(old, Assert.Single(await TakeAsync(Noon)).TaskId);
        Assert.Equal(young, Assert.Single(await TakeAsync(Noon.AddSeconds(1))).TaskId);
        Assert.Equal(old, Assert.Single(await TakeAsync(Noon.AddSeconds(2))).TaskId);

        Task<IReadOnlyList<SubmitTorrent>> TakeAsync(DateTimeOffset now) => queue.TakeUnattendedAsync(10, now, now.AddSeconds(-2), Cancellation);
    }

    [Fact]
    public async Task Issues_a_command_again_that_was_never_confirmed()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        Add(db, priority: 0, createdAt: Noon);
        Add(db, priority: 0, createdAt: Noon);
        await db.SaveChangesAsync(Cancellation);
        var queue = databases.Queue(databases.Open());
        var first = await queue.IssueAsync(Step.Screenshots, "", 10, 10, Noon, Noon.AddSeconds(15), Cancellation);
        await queue.ConfirmIssuedAsync([Sent(first[0])], TimeSpan.FromMinutes(30), Cancellation);

        var again = await databases.Queue(databases.Open()).IssueAsync(
            Step.Screenshots, "", 10, 10, Noon.AddSeconds(16), Noon.AddSeconds(31), Cancellation);

        Assert.Equal((first[1].Task.CorrelationId, 2), (Assert.Single(again).Task.CorrelationId, again[0].Item.Lease));
    }

    [Fact]
    public async Task Hands_out_an_overdue_item_once_a_look()
    {
        await using var databases = await Databases.StartAsync(provider);
        var db = await databases.MigratedAsync();
        Add(db, priority: 0, createdAt: Noon, state: WorkItemState.Running);
        await db.SaveChangesAsync(Cancellation);
        var queue = databases.Queue(databases.Open());

        Assert.Single(await queue.TakeOverdueAsync(10, Noon, Noon.AddSeconds(30), Cancellation));
        Assert.Empty(await queue.TakeOverdueAsync(10, Noon, Noon.AddSeconds(30), Cancellation));
    }

    private static SentCommand Sent(IssuedItem work) => new(work.Item.TaskId, work.Item.Step, work.Item.Index, work.Item.Lease, Noon);

    private static Guid Add(
        TorrentDb db, int priority, DateTimeOffset createdAt, DateTimeOffset? dueAt = null, WorkItemState state = WorkItemState.Waiting)
    {
        var infohash = Infohash.Parse(Convert.ToHexString(Guid.NewGuid().ToByteArray()) + "01234567");
        db.Tasks.Add(new TorrentTask
        {
            CorrelationId = infohash.ToTaskId(),
            Infohash = infohash.ToString(),
            CreatedAt = createdAt,
            UpdatedAt = createdAt,
            Items =
            {
                new WorkItem { Step = Step.Screenshots, Shots = 1, Priority = priority, CreatedAt = createdAt, DueAt = dueAt ?? Noon, State = state },
            },
        });
        return infohash.ToTaskId();
    }
}
