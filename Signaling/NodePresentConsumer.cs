using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Signaling;

/// <summary>Takes note of the nodes that are connected to other processes.</summary>
internal sealed class NodePresentConsumer(NodeDirectory nodes, SignalingInstance instance) : IConsumer<NodePresent>
{
    public Task Consume(ConsumeContext<NodePresent> context)
    {
        if (context.Message.Instance != instance.Name)
        {
            nodes.Hear(context.Message);
        }

        return Task.CompletedTask;
    }
}
