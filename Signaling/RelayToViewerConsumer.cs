using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Signaling;

/// <summary>Hands a signal from another process on to a connection of this one.</summary>
internal sealed class RelayToViewerConsumer(SignalRelay relay) : IConsumer<RelayToViewer>
{
    public Task Consume(ConsumeContext<RelayToViewer> context) => relay.TakeAsync(context.Message);
}
