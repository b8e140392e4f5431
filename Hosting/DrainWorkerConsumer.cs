using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Hosting;

/// <summary>Notes what a person wants of a worker, if that is here.</summary>
public sealed class DrainWorkerConsumer(DrainWishes drains) : IConsumer<DrainWorker>
{
    public Task Consume(ConsumeContext<DrainWorker> context)
    {
        drains.Note(context.Message);
        return Task.CompletedTask;
    }
}
