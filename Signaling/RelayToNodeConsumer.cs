using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Signaling;

/// <summary>Hands a signal from another process on to a connection of this one.</summary>
internal sealed class RelayToNodeConsumer(SignalRelay relay) : IConsumer<RelayToNode>
{
    public Task Consume(ConsumeContext<RelayToNode> context) => relay.TakeAsync(context.Message);
}
