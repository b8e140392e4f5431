using System.Diagnostics;
using EventTorrent.Contracts;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Sagas.Tests;

/// <summary>Somebody holds the row of one task: a person at a console, a backup, a process that hangs.</summary>
[Collection(nameof(Alone))]
public sealed class Held_rows
{
    private const int Shots = 60;

    /// <summary>Each has to come to its end while the row is held, or the test waits in vain for it.</summary>
    private const int Others = 5;

    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delay_their_own_task_only_which_then_goes_on()
    {
        await using var host = await SagaHost.StartAsync(Flavour.Distributed);
        var held = await host.SubmitAsync(Shots);
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Started());
        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.WaitForAsync(held, task => task.HasMetadata && task.Items[0].State == WorkItemState.Running);

        var (others, slowest) = (0, TimeSpan.Zero);
        await host.WithDbAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
            Assert.NotNull(await db.LoadForUpdateAsync(held.ToTaskId(), Cancellation));

            // Far more than there are slots.
            await Task.WhenAll(Enumerable.Range(0, Shots).Select(shot => host.PublishAsync(command.Stored(shot))));
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < HeldFor || others < Others; others++)
            {
                var begun = clock.Elapsed;
                await host.PublishAsync(command.Progressed(bytes: others));
                await LiveAsync(host);
                slowest = clock.Elapsed - begun > slowest ? clock.Elapsed - begun : slowest;
            }

            Assert.Equal(0, await host.WithDbAsync(other => other.Screenshots.CountAsync(shot => shot.TaskId == held.ToTaskId(), Cancellation)));
            await transaction.RollbackAsync(Cancellation);
            return 0;
        });

        await host.WaitForAsync(held, task => task.Screenshots.Count == Shots, TimeSpan.FromMinutes(1));
        TestContext.Current.TestOutputHelper?.WriteLine($"{others} others were done, the slowest in {slowest.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task A_wish_for_a_held_task_is_not_lost()
    {
        await using var host = await SagaHost.StartAsync(Flavour.Distributed);
        var infohash = await host.SubmitAsync();
        await host.NextCommandAsync();
        await host.WishAsync(infohash, task => task.PauseAsked = true, nudge: false);

        await host.WithDbAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
            await db.LoadForUpdateAsync(infohash.ToTaskId(), Cancellation);
            await host.PublishAsync(new SubmitTorrent(infohash.ToTaskId(), infohash.ToString()));
            await LiveAsync(host);
            return 0;
        });

        await host.WaitForAsync(infohash, TaskState.Paused);
    }

    /// <summary>A whole life of another task.</summary>
    private static async Task LiveAsync(SagaHost host)
    {
        var infohash = await host.SubmitAsync(shots: 1);
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Started());
        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.WaitForAsync(infohash, task => task.HasMetadata);
        await host.PublishAsync(command.Stored(0));
        await host.PublishAsync(command.Completed(1));
        await host.WaitForAsync(infohash, TaskState.Completed);
    }
}
