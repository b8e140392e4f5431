using System.Diagnostics.CodeAnalysis;
using EventTorrent.Contracts;

namespace EventTorrent.Signaling;

/// <summary>
/// Which node serves which volume, and which process it is connected to. Invariants: one node for a volume, the one that
/// registered last; the connection of one that was replaced here is ended; one that was not heard of for
/// <see cref="Silence"/> is offline, though its place is kept.
/// </summary>
internal sealed class NodeDirectory(SignalingInstance instance, NodeKeySet keys, TimeProvider time)
{
    /// <summary>Three signs of life, one every 10 s, have not come.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(35);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, KnownNode> _nodes = new(StringComparer.Ordinal);

    /// <summary>How to end the connections of the nodes that are connected here.</summary>
    private readonly Dictionary<string, Action> _ends = new(StringComparer.Ordinal);

    /// <summary>The nodes that are connected to this process.</summary>
    public IReadOnlyList<KnownNode> Here
    {
        get
        {
            lock (_lock)
            {
                return [.. _nodes.Values.Where(node => node.ConnectionId is not null)];
            }
        }
    }

    /// <summary>A node has connected here, and takes the place of any other of its volume.</summary>
    /// <param name="end">Ends its connection; must not wait.</param>
    public KnownNode Register(string volume, string connectionId, string version, int maxSessions, Action end)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            // Even when the clock went back, or that of another process is ahead.
            var registeredAt = _nodes.TryGetValue(volume, out var former) && former.RegisteredAt >= now ? former.RegisteredAt.AddTicks(1) : now;
            End(former, except: connectionId);
            _ends[connectionId] = end;
            return _nodes[volume] = new KnownNode(volume, instance.Name, connectionId, registeredAt, now, version, 0, maxSessions);
        }
    }

    /// <summary>A node that is connected here is alive.</summary>
    public bool TryRefresh(string volume, string connectionId, int sessions, [NotNullWhen(true)] out KnownNode? node)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(volume, out node) || node.ConnectionId != connectionId)
            {
                return false;
            }

            _nodes[volume] = node = node with { Sessions = sessions, SeenAt = time.GetUtcNow() };
            return true;
        }
    }

    /// <summary>The connection of a node is over.</summary>
    public bool TryLeave(string volume, string connectionId, [NotNullWhen(true)] out KnownNode? node)
    {
        lock (_lock)
        {
            _ends.Remove(connectionId);
            if (!_nodes.TryGetValue(volume, out node) || node.ConnectionId != connectionId)
            {
                return false;
            }

            _nodes[volume] = node with { ConnectionId = null, SeenAt = default };
            return true;
        }
    }

    /// <summary>Another process tells of a node that is, or was, connected to it.</summary>
    public void Hear(NodePresent message)
    {
        lock (_lock)
        {
            _nodes.TryGetValue(message.Volume, out var known);
            var isSame = known is not null && known.Instance == message.Instance && known.RegisteredAt == message.RegisteredAt;
            if (message.Leaving)
            {
                if (isSame)
                {
                    _nodes[message.Volume] = known! with { SeenAt = default };
                }

                return;
            }

            if (isSame || known is null || message.RegisteredAt > known.RegisteredAt || !IsOnline(known))
            {
                End(known, except: null);
                _nodes[message.Volume] = new KnownNode(
                    message.Volume, message.Instance, null, message.RegisteredAt, time.GetUtcNow(), message.Version, message.Sessions, message.MaxSessions);
            }
        }
    }

    /// <summary>The node of a volume, or why there is none: a name of <see cref="SignalErrors"/>.</summary>
    public (KnownNode? Node, string? Error) Find(string volume)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(volume, out var node))
            {
                return IsOnline(node) ? (node, null) : (null, SignalErrors.NodeOffline);
            }
        }

        // After a start nobody is known yet, but those that have a key are expected.
        return (null, keys.Expects(volume) ? SignalErrors.NodeOffline : SignalErrors.NoNode);
    }

    private bool IsOnline(KnownNode node) => time.GetUtcNow() - node.SeenAt < Silence;

    private void End(KnownNode? node, string? except)
    {
        if (node?.ConnectionId is { } connection && connection != except && _ends.Remove(connection, out var end))
        {
            end();
        }
    }
}
