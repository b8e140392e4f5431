using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Signaling;

/// <summary>Tells a process that has just started which nodes are connected here.</summary>
internal sealed class AnnounceNodesConsumer(NodeAnnouncer announcer, SignalingInstance instance) : IConsumer<AnnounceNodes>
{
    public Task Consume(ConsumeContext<AnnounceNodes> context)
    {
        if (context.Message.Instance != instance.Name)
        {
            announcer.SayAll();
        }

        return Task.CompletedTask;
    }
}
