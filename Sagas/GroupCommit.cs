using EventTorrent.Sagas.Webhooks;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Sagas;

/// <summary>
/// Several messages in one transaction. What comes while a transaction is under way goes together in the next one: the
/// busier the process, the more messages share the cost of loading, saving and syncing; a single one never waits for company.
/// <list type="bullet">
/// <item>A task that somebody else holds is not waited for: its messages are left to transactions of their own.</item>
/// <item>Handlers run one after another, as they share a <see cref="TorrentDb"/>; messages of one task find what those before did.</item>
/// <item>When anything fails, nothing is kept of all of it, and every message is told so: each is tried again alone.</item>
/// </list>
/// </summary>
public sealed class GroupCommit(
    IDbContextFactory<TorrentDb> contexts, WriteGate gate, WebhookOutbox webhooks, TaskAnnouncer announcer, DispatcherSignal dispatcher, TimeProvider time)
{
    private const int MaxTogether = 64;

    /// <summary>Above any sound transaction. No message's own token: it would end the others' work.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Queue<Member> _waiting = new();
    private bool _isUnderWay;

    /// <summary>Runs a handler on the task in company, and returns when what it did is committed.</summary>
    /// <returns>False when the task was not to be had: it does not exist, or somebody else holds it. The handler was not called.</returns>
    /// <exception cref="GroupFailedException">This or another message of the group failed.</exception>
    public async Task<bool> TryAsync(Guid taskId, Func<TorrentDb, TorrentTask, Task> handler, CancellationToken cancellationToken)
    {
        var member = new Member(taskId, handler);
        if (IsFirst(member) || await member.WaitAsync(cancellationToken))
        {
            try
            {
                await RunAsync(TakeGroup());
            }
            finally
            {
                PassOn();
            }
        }

        return await member.Outcome;
    }

    /// <summary>Joins those who wait.</summary>
    /// <returns>Whether nobody works for all of them yet: then this one does.</returns>
    private bool IsFirst(Member member)
    {
        lock (_lock)
        {
            _waiting.Enqueue(member);
            return !_isUnderWay && (_isUnderWay = true);
        }
    }

    /// <summary>Whoever works for all is the first of them.</summary>
    private List<Member> TakeGroup()
    {
        var group = new List<Member>();
        lock (_lock)
        {
            while (group.Count < MaxTogether && _waiting.TryDequeue(out var member))
            {
                if (!member.HasLeft)
                {
                    group.Add(member);
                }
            }
        }

        return group;
    }

    /// <summary>The first of those who came in the meantime works for the next group: nobody works for others for longer than once.</summary>
    private void PassOn()
    {
        lock (_lock)
        {
            while (_waiting.TryPeek(out var next))
            {
                if (next.TryLead())
                {
                    return;
                }

                _waiting.Dequeue();
            }

            _isUnderWay = false;
        }
    }

    private async Task RunAsync(List<Member> group)
    {
        try
        {
            using var limit = new CancellationTokenSource(Longest);
            var handled = await CommitAsync(group, limit.Token);
            group.ForEach(member => member.End(handled.Contains(member.TaskId)));
            dispatcher.Wake();
        }
        catch (Exception failure)
        {
            group.ForEach(member => member.Fail(failure));
        }
    }

    /// <returns>The tasks that were to be had.</returns>
    private async Task<IReadOnlyCollection<Guid>> CommitAsync(List<Member> group, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var tasks = await db.LoadFreeForUpdateAsync([.. group.Select(member => member.TaskId).Distinct()], cancellationToken);
        foreach (var member in group)
        {
            if (tasks.TryGetValue(member.TaskId, out var task))
            {
                await member.Handler(db, task);
            }
        }

        var changed = await db.SaveTasksAsync(webhooks, time.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        announcer.Announce(changed);
        return tasks.Keys;
    }

    private sealed record Member(Guid TaskId, Func<TorrentDb, TorrentTask, Task> Handler)
    {
        private readonly TaskCompletionSource<bool> _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<bool> _outcome = new();

        public Task<bool> Outcome => _outcome.Task;

        /// <summary>Its message was given up before it had a turn.</summary>
        public bool HasLeft => _turn.Task.IsCanceled;

        /// <returns>True when it has to work for the next group, false when its own work has ended.</returns>
        public async Task<bool> WaitAsync(CancellationToken cancellationToken)
        {
            await using var registration = cancellationToken.UnsafeRegister(
                static (turn, token) => ((TaskCompletionSource<bool>)turn!).TrySetCanceled(token), _turn);
            return await _turn.Task;
        }

        public bool TryLead() => _turn.TrySetResult(true);

        public void End(bool handled)
        {
            _outcome.TrySetResult(handled);
            _turn.TrySetResult(false);
        }

        public void Fail(Exception cause)
        {
            _outcome.TrySetException(new GroupFailedException(cause));
            _turn.TrySetResult(false);
        }
    }
}
