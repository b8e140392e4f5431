using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;

namespace EventTorrent.NoOpWorker;

/// <summary>The endpoints of a screenshot worker with one slot.</summary>
internal sealed class NoOpBus : IBusModule
{
    public void Register(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<NoOpConsumer>();
        bus.AddConsumer<StopWorkConsumer>();
    }

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        bus.SharedEndpoint(context, Queues.ScreenshotWork, concurrency: 1, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConfigureConsumer<NoOpConsumer>(context);
        });
        bus.InstanceEndpoint(context, "worker.stop", endpoint => endpoint.ConfigureConsumer<StopWorkConsumer>(context));
    }
}
