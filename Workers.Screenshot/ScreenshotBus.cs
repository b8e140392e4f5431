using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Screenshot;

/// <summary>The work queue of screenshot workers, and the broadcasts that end work and drain.</summary>
public sealed class ScreenshotBus : IBusModule
{
    public void Register(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<TakeScreenshotsConsumer>();
        bus.AddConsumer<StopWorkConsumer>();
        bus.AddConsumer<DrainWorkerConsumer>();
    }

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        var slots = context.GetRequiredService<IOptions<ScreenshotWorkerOptions>>().Value.Slots;
        bus.SharedEndpoint(context, Queues.ScreenshotWork, slots, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConfigureConsumer<TakeScreenshotsConsumer>(context);
        });
        bus.InstanceEndpoint(context, "worker.stop", endpoint =>
        {
            endpoint.ConfigureConsumer<StopWorkConsumer>(context);
            endpoint.ConfigureConsumer<DrainWorkerConsumer>(context);
        });
    }
}
