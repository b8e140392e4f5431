using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Signaling;

/// <summary>Tells the other Signaling processes of the nodes that are connected here. What is lost is said again in 10 s.</summary>
internal sealed class NodeAnnouncer(SignalingInstance instance, NodeDirectory nodes, RelayQueue queue, IBusControl bus) : BackgroundService
{
    public void Say(KnownNode node, bool leaving = false) => queue.TryPublish(
        new NodePresent(node.Volume, instance.Name, node.RegisteredAt, node.Version, node.Sessions, node.MaxSessions, leaving));

    public void SayAll()
    {
        foreach (var node in nodes.Here)
        {
            Say(node);
        }
    }

    /// <summary>It asks as soon as it can hear the answers; what is not heard is said again soon enough.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken);
        queue.TryPublish(new AnnounceNodes(instance.Name));
    }
}
