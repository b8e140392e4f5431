using EventTorrent.Contracts;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Sagas;

/// <summary>
/// The saga repository of MassTransit on EF Core (see docs/adr: MassTransit's own package for it can't be had). One
/// transaction per message: the task's rows are locked when it is loaded, and what the state machine changed is saved and
/// committed before its messages leave the in-memory outbox. A scope, and so a <see cref="TorrentDb"/>, lives for one attempt.
/// What can't be handled because somebody holds the task's rows is put aside (<see cref="HeldTasks"/>).
/// </summary>
public sealed class TaskSagaRepository(TorrentDb db, WriteGate gate, HeldTasks held, DispatcherSignal dispatcher, TimeProvider time)
    : ISagaRepositoryContextFactory<TorrentTask>
{
    public void Probe(ProbeContext context) => context.Add("persistence", "ef-core");

    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TorrentTask, T>> next) where T : class
    {
        if (await TryHandleAsync(context, next))
        {
            dispatcher.Wake();
        }
        else
        {
            var aside = await context.GetSendEndpoint(Queues.Address(Queues.SagaAside));
            await aside.Send(context.Message, context.CancellationToken);
        }
    }

    /// <summary>Every message names its task, so nothing is ever looked up by a query.</summary>
    public Task SendQuery<T>(
        ConsumeContext<T> context, ISagaQuery<TorrentTask> query, IPipe<SagaRepositoryQueryContext<TorrentTask, T>> next) where T : class =>
        throw new NotSupportedException($"{typeof(T).Name} must be correlated by the task's id.");

    /// <returns>Whether it is handled; else somebody holds the task's rows.</returns>
    private async Task<bool> TryHandleAsync<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TorrentTask, T>> next) where T : class
    {
        using var turn = await gate.EnterAsync(context.CancellationToken);
        var taskId = context.CorrelationId.GetValueOrDefault();
        if (held.LongestWait(context.ReceiveContext.InputAddress, taskId) is not { } longestWait)
        {
            return false;
        }

        try
        {
            await using var transaction = await db.BeginTaskChangeAsync(longestWait, context.CancellationToken);
            context.AddOrUpdatePayload(() => db, _ => db);
            await next.Send(new RepositoryContext<T>(db, context, time));
            await transaction.CommitAsync(context.CancellationToken);
            held.Remove(taskId);
            return true;
        }
        catch (TaskHeldException)
        {
            held.Add(taskId);
            return false;
        }
    }

    private sealed class RepositoryContext<T>(TorrentDb db, ConsumeContext<T> consumed, TimeProvider time)
        : ConsumeContextScope<T>(consumed), SagaRepositoryContext<TorrentTask, T> where T : class
    {
        private readonly ConsumeContext<T> _consumed = consumed;

        public async Task<SagaConsumeContext<TorrentTask, T>> Load(Guid correlationId) =>
            await db.LoadForUpdateAsync(correlationId, CancellationToken) is { } task ? await Wrap(task) : null!;

        public Task<SagaConsumeContext<TorrentTask, T>> Add(TorrentTask instance)
        {
            db.Tasks.Add(instance);
            return Wrap(instance);
        }

        public async Task<SagaConsumeContext<TorrentTask, T>> Insert(TorrentTask instance)
        {
            db.Tasks.Add(instance);
            await db.SaveChangesAsync(CancellationToken);
            return await Wrap(instance);
        }

        public Task Save(SagaConsumeContext<TorrentTask> context) => db.SaveChangesAsync(CancellationToken);

        /// <summary>The one place where a change is saved; pages are told of it in the same breath.</summary>
        public async Task Update(SagaConsumeContext<TorrentTask> context)
        {
            db.ChangeTracker.DetectChanges();
            if (!db.ChangeTracker.HasChanges())
            {
                return;
            }

            context.Saga.Version++;
            context.Saga.UpdatedAt = time.GetUtcNow();
            await db.SaveChangesAsync(CancellationToken);
            await _consumed.Publish(TaskSnapshot.Of(context.Saga), CancellationToken);
        }

        public Task Delete(SagaConsumeContext<TorrentTask> context)
        {
            db.Tasks.Remove(context.Saga);
            return db.SaveChangesAsync(CancellationToken);
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
