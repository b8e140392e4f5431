using EventTorrent.Contracts;
using EventTorrent.Storage;
using MassTransit;

namespace EventTorrent.Sagas;

/// <summary>Keeps the register of workers.</summary>
public sealed class WorkerAliveConsumer(WorkerRegister register, TimeProvider time) : IConsumer<WorkerAlive>
{
    public Task Consume(ConsumeContext<WorkerAlive> context) =>
        register.NoteAsync(context.Message, time.GetUtcNow(), context.CancellationToken);
}
