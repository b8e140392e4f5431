using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Transcode;

/// <summary>The work queue of the transcode workers of one volume, and the broadcasts that end work and drain.</summary>
public sealed class TranscodeBus : IBusModule
{
    public void Register(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<TranscodeVideoConsumer>();
        bus.AddConsumer<StopWorkConsumer>();
        bus.AddConsumer<DrainWorkerConsumer>();
    }

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        var slots = context.GetRequiredService<IOptions<TranscodeWorkerOptions>>().Value.Slots;
        bus.SharedEndpoint(context, Queues.TranscodeOn(context.GetRequiredService<Volume>().Name), slots, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConfigureConsumer<TranscodeVideoConsumer>(context);
        });
        bus.InstanceEndpoint(context, "worker.stop-transcode", endpoint =>
        {
            endpoint.ConfigureConsumer<StopWorkConsumer>(context);
            endpoint.ConfigureConsumer<DrainWorkerConsumer>(context);
        });
    }
}
