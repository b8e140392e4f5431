using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;

namespace EventTorrent.Signaling;

/// <summary>What Signaling processes say to each other: which nodes they hold, and what is for a connection of another one.</summary>
public sealed class SignalingBus : IBusModule
{
    /// <summary>One after another: a candidate must not overtake its offer.</summary>
    private const int RelayConcurrency = 1;

    public void Register(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<RelayToNodeConsumer>();
        bus.AddConsumer<RelayToViewerConsumer>();
        bus.AddConsumer<NodePresentConsumer>();
        bus.AddConsumer<AnnounceNodesConsumer>();
    }

    public void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus) =>
        bus.AddressedEndpoint(context, Queues.SignalingOf(context.GetRequiredService<SignalingInstance>().Name), RelayConcurrency, endpoint =>
        {
            endpoint.ConfigureConsumer<RelayToNodeConsumer>(context);
            endpoint.ConfigureConsumer<RelayToViewerConsumer>(context);
            endpoint.ConfigureConsumer<NodePresentConsumer>(context);
            endpoint.ConfigureConsumer<AnnounceNodesConsumer>(context);
        });
}
