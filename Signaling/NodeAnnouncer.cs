using EventTorrent.Contracts;

namespace EventTorrent.Signaling;

/// <summary>Tells the other Signaling processes of the nodes that are connected here. What is lost is said again in 10 s.</summary>
internal sealed class NodeAnnouncer(SignalingInstance instance, NodeDirectory nodes, RelayQueue queue) : BackgroundService
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

    /// <summary>At the start it asks; those that do not hear it say by themselves what they have soon enough.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        queue.TryPublish(new AnnounceNodes(instance.Name));
        return Task.CompletedTask;
    }
}
