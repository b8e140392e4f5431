using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Sagas;

/// <summary>New work need not wait for the Dispatcher's next look.</summary>
public sealed class WorkAddedConsumer(DispatcherSignal dispatcher) : IConsumer<WorkAdded>
{
    public Task Consume(ConsumeContext<WorkAdded> context)
    {
        dispatcher.Wake();
        return Task.CompletedTask;
    }
}
