using EventTorrent.Contracts;
using EventTorrent.Sagas.Webhooks;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Sagas;

/// <summary>
/// The saga repository of MassTransit on EF Core (see docs/adr: MassTransit's own package for it can't be had). The task's
/// rows are locked when it is loaded, and what the state machine changed is saved and committed before its messages leave
/// the in-memory outbox. A message shares a transaction with those that come at the same time (<see cref="GroupCommit"/>);
/// one whose task is held by somebody, is missing, or that failed in company has a transaction of its own. What can't be
/// handled because somebody holds the task's rows is put aside (<see cref="HeldTasks"/>).
/// </summary>
public sealed class TaskSagaRepository(
    IDbContextFactory<TorrentDb> contexts, GroupCommit group, WriteGate gate, HeldTasks held, WebhookOutbox webhooks,
    TaskAnnouncer announcer, DispatcherSignal dispatcher, TimeProvider time)
    : ISagaRepositoryContextFactory<TorrentTask>
{
    /// <summary>Another saga host that works on the same task is done with it after a few milliseconds.</summary>
    private const int SharedAttempts = 4;

    private static readonly TimeSpan SharedPause = TimeSpan.FromMilliseconds(10);

    public void Probe(ProbeContext context) => context.Add("persistence", "ef-core");

    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TorrentTask, T>> next) where T : class
    {
        var taskId = context.CorrelationId.GetValueOrDefault();
        var mayShare = context.GetRetryAttempt() == 0 && held.MayShare(context.ReceiveContext.InputAddress, taskId);
        for (var attempt = 0; mayShare && attempt < SharedAttempts; attempt++)
        {
            if (await group.TryAsync(taskId, HandleAsync, context.CancellationToken))
            {
                return;
            }

            await Task.Delay(SharedPause, context.CancellationToken);
        }

        if (await TryAloneAsync(taskId, context, next))
        {
            dispatcher.Wake();
        }
        else
        {
            var aside = await context.GetSendEndpoint(Queues.Address(Queues.SagaAside));
            await aside.Send(context.Message, context.CancellationToken);
        }

        Task HandleAsync(TorrentDb shared, TorrentTask task)
        {
            context.AddOrUpdatePayload(() => shared, _ => shared);
            return next.Send(new RepositoryContext<T>(shared, context, task));
        }
    }

    /// <summary>Every message names its task, so nothing is ever looked up by a query.</summary>
    public Task SendQuery<T>(
        ConsumeContext<T> context, ISagaQuery<TorrentTask> query, IPipe<SagaRepositoryQueryContext<TorrentTask, T>> next) where T : class =>
        throw new NotSupportedException($"{typeof(T).Name} must be correlated by the task's id.");

    /// <returns>Whether it is handled; else somebody holds the task's rows.</returns>
    private async Task<bool> TryAloneAsync<T>(Guid taskId, ConsumeContext<T> context, IPipe<SagaRepositoryContext<TorrentTask, T>> next)
        where T : class
    {
        using var turn = await gate.EnterAsync(context.CancellationToken);
        if (held.LongestWait(context.ReceiveContext.InputAddress, taskId) is not { } longestWait)
        {
            return false;
        }

        try
        {
            await using var db = await contexts.CreateDbContextAsync(context.CancellationToken);
            await using var transaction = await db.BeginTaskChangeAsync(longestWait, context.CancellationToken);
            context.AddOrUpdatePayload(() => db, _ => db);
            await next.Send(new RepositoryContext<T>(db, context));
            var changed = await db.SaveTasksAsync(webhooks, time.GetUtcNow(), context.CancellationToken);
            await transaction.CommitAsync(context.CancellationToken);
            announcer.Announce(changed);
            held.Remove(taskId);
            return true;
        }
        catch (TaskHeldException)
        {
            held.Add(taskId);
            return false;
        }
    }

    /// <param name="loaded">The task when it is locked already.</param>
    private sealed class RepositoryContext<T>(TorrentDb db, ConsumeContext<T> consumed, TorrentTask? loaded = null)
        : ConsumeContextScope<T>(consumed), SagaRepositoryContext<TorrentTask, T> where T : class
    {
        private readonly ConsumeContext<T> _consumed = consumed;

        public async Task<SagaConsumeContext<TorrentTask, T>> Load(Guid correlationId) =>
            (loaded ?? await db.LoadForUpdateAsync(correlationId, CancellationToken)) is { } task ? await Wrap(task) : null!;

        public Task<SagaConsumeContext<TorrentTask, T>> Add(TorrentTask instance)
        {
            db.Tasks.Add(instance);
            return Wrap(instance);
        }

        public Task<SagaConsumeContext<TorrentTask, T>> Insert(TorrentTask instance) => Add(instance);

        // Changes are saved when the handler has ended, together with those of other messages.
        public Task Save(SagaConsumeContext<TorrentTask> context) => Task.CompletedTask;

        public Task Update(SagaConsumeContext<TorrentTask> context) => Task.CompletedTask;

        public Task Delete(SagaConsumeContext<TorrentTask> context)
        {
            db.Tasks.Remove(context.Saga);
            return Task.CompletedTask;
        }

        public Task Discard(SagaConsumeContext<TorrentTask> context) => Forget(context.Saga);

        public Task Undo(SagaConsumeContext<TorrentTask> context) => Forget(context.Saga);

        public Task<SagaConsumeContext<TorrentTask, TMessage>> CreateSagaConsumeContext<TMessage>(
            ConsumeContext<TMessage> consumeContext, TorrentTask instance, SagaConsumeContextMode mode) where TMessage : class =>
            Task.FromResult<SagaConsumeContext<TorrentTask, TMessage>>(
                new DefaultSagaConsumeContext<TorrentTask, TMessage>(consumeContext, instance));

        private Task<SagaConsumeContext<TorrentTask, T>> Wrap(TorrentTask task) =>
            Task.FromResult<SagaConsumeContext<TorrentTask, T>>(new DefaultSagaConsumeContext<TorrentTask, T>(_consumed, task));

        private Task Forget(TorrentTask task)
        {
            db.Entry(task).State = EntityState.Detached;
            return Task.CompletedTask;
        }
    }
}
