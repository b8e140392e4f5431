using System.Collections.Concurrent;
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
    IDbContextFactory<TorrentDb> contexts, WriteGate gate, TaskAnnouncer announcer, DispatcherSignal dispatcher, TimeProvider time)
    : IDisposable
{
    private const int MaxTogether = 64;

    /// <summary>Above any sound transaction. No message's own token: it would end the others' work.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private readonly ConcurrentQueue<Member> _waiting = new();
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Runs a handler on the task in company, and returns when what it did is committed.</summary>
    /// <returns>False when the task was not to be had: it does not exist, or somebody else holds it. The handler was not called.</returns>
    /// <exception cref="GroupFailedException">This or another message of the group failed.</exception>
    public async Task<bool> TryAsync(Guid taskId, Func<TorrentDb, TorrentTask, Task> handler, CancellationToken cancellationToken)
    {
        var member = new Member(taskId, handler);
        _waiting.Enqueue(member);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Whoever has the turn works for all that wait; most find their work done when their turn comes.
            while (!member.Outcome.IsCompleted)
            {
                await RunAsync(TakeGroup());
            }
        }
        finally
        {
            _turn.Release();
        }

        return await member.Outcome;
    }

    public void Dispose() => _turn.Dispose();

    private List<Member> TakeGroup()
    {
        var group = new List<Member>();
        while (group.Count < MaxTogether && _waiting.TryDequeue(out var member))
        {
            group.Add(member);
        }

        return group;
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

        var changed = await db.SaveTasksAsync(time.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        announcer.Announce(changed);
        return tasks.Keys;
    }

    private sealed record Member(Guid TaskId, Func<TorrentDb, TorrentTask, Task> Handler)
    {
        private readonly TaskCompletionSource<bool> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool> Outcome => _outcome.Task;

        public void End(bool handled) => _outcome.TrySetResult(handled);

        public void Fail(Exception cause) => _outcome.TrySetException(new GroupFailedException(cause));
    }
}
