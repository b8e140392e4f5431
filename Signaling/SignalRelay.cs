using System.Collections.Concurrent;
using System.Text.Json;
using EventTorrent.Contracts;
using Microsoft.AspNetCore.SignalR;

namespace EventTorrent.Signaling;

/// <summary>
/// Brings signals to where they are for: a connection of this process, or another process by its queue. Signals of one
/// session keep their order. A signal may be lost; a viewer gives an attempt up after its time.
/// </summary>
internal sealed class SignalRelay(
    IHubContext<SignalingHub> hub, SignalingInstance instance, NodeDirectory nodes, ViewerSessions sessions, RelayQueue queue)
{
    /// <summary>Whoever does not read what is written to it must not hold up the others.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>More processes than anybody runs; their names stay when they are gone.</summary>
    private const int MaxAskers = 1000;

    /// <summary>The processes that have asked for a node here. A node's word is sent to nobody else.</summary>
    private readonly ConcurrentDictionary<string, bool> _askers = new(StringComparer.Ordinal);

    /// <summary>From a viewer that is connected here.</summary>
    public Task ToNodeAsync(ViewerSession session, Signal signal)
    {
        var (volume, holder) = (session.Node.Volume, session.Node.Instance);
        if (holder == instance.Name)
        {
            return DeliverToNodeAsync(volume, signal);
        }

        return queue.TryAdd(holder, new RelayToNode(volume, session.Id, signal.Json))
            ? Task.CompletedTask
            : DeliverToViewerAsync(volume, Signal.Refusal(session.Id, SignalErrors.TooMany));
    }

    /// <summary>From a node that is connected here.</summary>
    public Task ToViewerAsync(string volume, Signal signal)
    {
        var holder = SignalingInstance.InstanceOf(signal.Session);
        if (holder == instance.Name)
        {
            return DeliverToViewerAsync(volume, signal);
        }

        if (_askers.ContainsKey(holder))
        {
            queue.TryAdd(holder, new RelayToViewer(volume, signal.Session, signal.Json));
        }

        return Task.CompletedTask;
    }

    /// <summary>From a viewer of another process, for a node here.</summary>
    public Task TakeAsync(RelayToNode message)
    {
        var asker = SignalingInstance.InstanceOf(message.Session);
        if (_askers.Count < MaxAskers)
        {
            _askers.TryAdd(asker, true);
        }

        return DeliverToNodeAsync(message.Volume, new Signal("", message.Session, message.Signal));
    }

    /// <summary>From a node of another process, for a viewer here.</summary>
    public Task TakeAsync(RelayToViewer message) => DeliverToViewerAsync(message.Volume, new Signal("", message.Session, message.Signal));

    private Task DeliverToNodeAsync(string volume, Signal signal) => nodes.Find(volume).Node?.ConnectionId is { } connection
        ? SendAsync(connection, signal)
        : ToViewerAsync(volume, Signal.Refusal(signal.Session, SignalErrors.NodeOffline));

    private Task DeliverToViewerAsync(string volume, Signal signal) =>
        sessions.Find(signal.Session) is { } session && session.Node.Volume == volume && session.TryCountFromNode()
            ? SendAsync(session.ConnectionId, signal)
            : Task.CompletedTask;

    private async Task SendAsync(string connection, Signal signal)
    {
        using var document = JsonDocument.Parse(signal.Json);
        try
        {
            await hub.Clients.Client(connection).SendAsync(SignalingHub.Signal, document.RootElement.Clone(), CancellationToken.None).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            // It is written when the other end reads again, or never.
        }
    }
}
