using EventTorrent.Contracts;
using EventTorrent.Storage;
using MassTransit;

namespace EventTorrent.Sagas;

/// <summary>Keeps the register of workers. One that is new need not wait for the Dispatcher's next look.</summary>
public sealed class WorkerAliveConsumer(WorkerRegister register, DispatcherSignal dispatcher, TimeProvider time) : IConsumer<WorkerAlive>
{
    public async Task Consume(ConsumeContext<WorkerAlive> context)
    {
        if (await register.NoteAsync(context.Message, time.GetUtcNow(), context.CancellationToken))
        {
            dispatcher.WorkersCame();
        }
    }
}
