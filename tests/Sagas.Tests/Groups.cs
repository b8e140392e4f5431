using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Sagas.Tests;

/// <summary>Messages that share a transaction.</summary>
public sealed class Groups
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_that_come_at_once_are_handled_once()
    {
        const int Messages = 500;
        await using var host = await SagaHost.StartAsync(Flavour.Embedded);
        var id = (await host.SubmitAsync(nudge: false)).ToTaskId();
        var group = await WarmAsync(host, id);

        var handled = await Task.WhenAll(Enumerable.Range(0, Messages).Select(_ => Task.Run(() => group.TryAsync(id, CountAsync, Cancellation), Cancellation)))
            .WaitAsync(Patience, Cancellation);

        Assert.All(handled, Assert.True);
        Assert.Equal(Messages, await host.WithDbAsync(db => db.Tasks.Where(task => task.CorrelationId == id).Select(task => task.Priority).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task One_that_is_given_up_while_it_waits_is_left_out_and_holds_up_nobody()
    {
        await using var host = await SagaHost.StartAsync(Flavour.Embedded);
        var id = (await host.SubmitAsync(nudge: false)).ToTaskId();
        var group = await WarmAsync(host, id);
        using var gone = new CancellationTokenSource();
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var wasCalled = false;

        var first = group.TryAsync(id, HoldAsync, Cancellation);
        await begun.Task.WaitAsync(Patience, Cancellation);
        // The next in turn.
        var givenUp = group.TryAsync(id, (_, _) => Task.FromResult(wasCalled = true), gone.Token);
        var last = group.TryAsync(id, CountAsync, Cancellation);
        await gone.CancelAsync();
        var given = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.WaitAsync(Patience, Cancellation));
        end.SetResult();

        // By this the message goes back to its queue: another token would make it a failure.
        Assert.Equal(gone.Token, given.CancellationToken);
        Assert.True(await first.WaitAsync(Patience, Cancellation));
        Assert.True(await last.WaitAsync(Patience, Cancellation));
        Assert.False(wasCalled);

        Task HoldAsync(TorrentDb db, TorrentTask task)
        {
            begun.SetResult();
            return end.Task;
        }
    }

    [Fact]
    public async Task When_one_fails_all_are_told_and_the_next_go_on()
    {
        await using var host = await SagaHost.StartAsync(Flavour.Embedded);
        var id = (await host.SubmitAsync(nudge: false)).ToTaskId();
        var group = await WarmAsync(host, id);
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());

        var first = group.TryAsync(id, HoldAsync, Cancellation);
        await begun.Task.WaitAsync(Patience, Cancellation);
        var innocent = group.TryAsync(id, CountAsync, Cancellation);
        var guilty = group.TryAsync(id, (_, _) => throw new InvalidOperationException("A fault."), Cancellation);
        end.SetResult();

        Assert.True(await first.WaitAsync(Patience, Cancellation));
        await Assert.ThrowsAsync<GroupFailedException>(() => innocent.WaitAsync(Patience, Cancellation));
        await Assert.ThrowsAsync<GroupFailedException>(() => guilty.WaitAsync(Patience, Cancellation));
        Assert.True(await group.TryAsync(id, CountAsync, Cancellation).WaitAsync(Patience, Cancellation));
        Assert.Equal(1, await host.WithDbAsync(db => db.Tasks.Where(task => task.CorrelationId == id).Select(task => task.Priority).SingleAsync(Cancellation)));

        Task HoldAsync(TorrentDb db, TorrentTask task)
        {
            begun.SetResult();
            return end.Task;
        }
    }

    /// <summary>A first transaction on a busy machine may take longer than any sound one.</summary>
    private static async Task<GroupCommit> WarmAsync(SagaHost host, Guid id)
    {
        var group = host.Part<GroupCommit>();
        for (var isWarm = false; !isWarm;)
        {
            try
            {
                isWarm = await group.TryAsync(id, (_, _) => Task.CompletedTask, Cancellation);
            }
            catch (GroupFailedException slow) when (slow.InnerException is OperationCanceledException)
            {
                Cancellation.ThrowIfCancellationRequested();
            }
        }

        return group;
    }

    private static Task CountAsync(TorrentDb db, TorrentTask task)
    {
        task.Priority++;
        return Task.CompletedTask;
    }
}
