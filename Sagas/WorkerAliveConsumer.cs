using EventTorrent.Contracts;
using EventTorrent.Storage;
using MassTransit;

namespace EventTorrent.Sagas;

/// <summary>
/// Keeps the register of workers. One that is new need not wait for the Dispatcher's next look, and one that has not heard what a person
/// wants of it is told again.
/// </summary>
public sealed class WorkerAliveConsumer(WorkerRegister register, DispatcherSignal dispatcher, TimeProvider time) : IConsumer<WorkerAlive>
{
    public async Task Consume(ConsumeContext<WorkerAlive> context)
    {
        var alive = context.Message;
        var noted = await register.NoteAsync(alive, time.GetUtcNow(), context.CancellationToken);
        if (noted.IsNew)
        {
            dispatcher.WorkersCame();
        }

        if (alive is { Draining: { } isDraining, Leaving: not true } && isDraining != noted.DrainAsked)
        {
            await context.Publish(new DrainWorker(alive.Worker, noted.DrainAsked), context.CancellationToken);
        }
    }
}
