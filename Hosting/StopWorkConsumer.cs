using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Hosting;

/// <summary>Ends the work that a broadcast names, if it is done here.</summary>
public sealed class StopWorkConsumer(RunningWork running) : IConsumer<StopWork>
{
    public Task Consume(ConsumeContext<StopWork> context)
    {
        running.Stop(context.Message);
        return Task.CompletedTask;
    }
}
