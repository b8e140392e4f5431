using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EventTorrent.TestKit;

/// <summary>
/// A node of the distributed hash table (BEP 5) on loopback: ping, find_node, get_peers, announce_peer. With one such
/// node as bootstrap a test has a DHT of its own, that no packet leaves.
/// </summary>
public sealed class DhtNode : IAsyncDisposable
{
    private const int IdBytes = 20;
    private const int ClosestNodes = 8;
    private const int MaxNodes = 256;
    private const int ProtocolError = 203;
    private const int MethodUnknown = 204;
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(5);

    private readonly byte[] _id = RandomNumberGenerator.GetBytes(IdBytes);
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(16);
    private readonly ConcurrentDictionary<IPEndPoint, byte[]> _nodes = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<IPEndPoint, byte>> _peers = new();
    private readonly ConcurrentDictionary<string, int> _queries = new();
    private readonly UdpClient _socket = new(LoopbackAddress.NextEndpoint());
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public DhtNode() => _serving = ServeAsync();

    /// <summary>What clients are given as bootstrap.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_socket.Client.LocalEndPoint!;

    /// <summary>Who announced itself for a torrent.</summary>
    public IReadOnlyCollection<IPEndPoint> PeersOf(string infohash) => [.. Swarm(infohash).Keys];

    /// <summary>How often a query ("ping", "find_node", "get_peers", "announce_peer") was asked.</summary>
    public int QueryCount(string query) => _queries.GetValueOrDefault(query);

    /// <summary>Enters a peer as if it had announced itself.</summary>
    public void Announce(string infohash, IPEndPoint peer) => Swarm(infohash)[peer] = 0;

    /// <summary>Asks a node for peers, as a client would (BEP 5 get_peers).</summary>
    public static async Task<IReadOnlyList<IPEndPoint>> GetPeersAsync(IPEndPoint node, string infohash, CancellationToken cancellationToken)
    {
        using var socket = new UdpClient(new IPEndPoint(LoopbackAddress.Next(), 0));
        await socket.SendAsync(
            Bencode.Encode(new Dictionary<string, object>
            {
                ["t"] = "gp",
                ["y"] = "q",
                ["q"] = "get_peers",
                ["a"] = new Dictionary<string, object> { ["id"] = RandomNumberGenerator.GetBytes(IdBytes), ["info_hash"] = Convert.FromHexString(infohash) },
            }),
            node,
            cancellationToken);
        var packet = await socket.ReceiveAsync(cancellationToken).AsTask().WaitAsync(AnswerDeadline, cancellationToken);
        var answer = (SortedDictionary<string, object>)Bencode.DecodeDictionary(packet.Buffer, out _)["r"];
        return answer.TryGetValue("values", out var values)
            ? [.. ((List<object>)values).Select(value => CompactPeers.Decode((byte[])value))]
            : [];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _socket.Dispose();
        _stop.Dispose();
    }

    private ConcurrentDictionary<IPEndPoint, byte> Swarm(string infohash) => _peers.GetOrAdd(infohash, _ => new());

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var packet = await _socket.ReceiveAsync(_stop.Token);
                if (Answer(packet.Buffer, packet.RemoteEndPoint) is { } answer)
                {
                    await _socket.SendAsync(Bencode.Encode(answer), packet.RemoteEndPoint, _stop.Token);
                }
            }
            catch (Exception ignored) when (ignored is FormatException or InvalidCastException or SocketException or OperationCanceledException)
            {
                // Not a DHT message, a sender that is gone (ICMP), or the end of the test.
            }
        }
    }

    private Dictionary<string, object>? Answer(byte[] packet, IPEndPoint from)
    {
        var message = Bencode.DecodeDictionary(packet, out _);
        if (!message.TryGetValue("q", out var name) || !message.TryGetValue("a", out var given) || !message.TryGetValue("t", out var transaction))
        {
            return null;
        }

        var query = System.Text.Encoding.ASCII.GetString((byte[])name);
        var arguments = (SortedDictionary<string, object>)given;
        _queries.AddOrUpdate(query, 1, (_, count) => count + 1);
        Learn(message, arguments, from);
        var answer = query switch
        {
            "ping" => [],
            "find_node" => new Dictionary<string, object> { ["nodes"] = Closest(arguments, "target", from) },
            "get_peers" => GetPeers(arguments, from),
            "announce_peer" => AnnouncePeer(arguments, from),
            _ => null,
        };
        if (answer is null)
        {
            var error = new List<object> { query == "announce_peer" ? ProtocolError : MethodUnknown, "refused" };
            return new() { ["t"] = transaction, ["y"] = "e", ["e"] = error };
        }

        answer["id"] = _id;
        return new() { ["t"] = transaction, ["y"] = "r", ["r"] = answer };
    }

    /// <summary>Remembers who asks, unless it says that it answers nothing itself (BEP 43).</summary>
    private void Learn(SortedDictionary<string, object> message, SortedDictionary<string, object> arguments, IPEndPoint from)
    {
        var readOnly = message.TryGetValue("ro", out var flag) && flag is 1L;
        if (!readOnly && _nodes.Count < MaxNodes && arguments.TryGetValue("id", out var id) && id is byte[] { Length: IdBytes } bytes)
        {
            _nodes[from] = bytes;
        }
    }

    private byte[] Closest(SortedDictionary<string, object> arguments, string key, IPEndPoint except)
    {
        var target = arguments.TryGetValue(key, out var value) && value is byte[] { Length: IdBytes } bytes
            ? bytes
            : throw new FormatException($"{key} is not an id.");
        return
        [
            .. _nodes.Where(node => !node.Key.Equals(except))
                .OrderBy(node => Convert.ToHexString([.. node.Value.Zip(target, (a, b) => (byte)(a ^ b))]), StringComparer.Ordinal)
                .Take(ClosestNodes)
                .SelectMany(node => (byte[])[.. node.Value, .. CompactPeers.Encode(node.Key)]),
        ];
    }

    private Dictionary<string, object> GetPeers(SortedDictionary<string, object> arguments, IPEndPoint from)
    {
        var answer = new Dictionary<string, object> { ["nodes"] = Closest(arguments, "info_hash", from), ["token"] = Token(from) };
        var peers = Swarm(Convert.ToHexStringLower((byte[])arguments["info_hash"])).Keys;
        if (peers.Count > 0)
        {
            answer["values"] = peers.Select(object (peer) => CompactPeers.Encode(peer)).ToList();
        }

        return answer;
    }

    /// <summary>Takes an announce with a token of ours (BEP 5), or returns null.</summary>
    private Dictionary<string, object>? AnnouncePeer(SortedDictionary<string, object> arguments, IPEndPoint from)
    {
        if (!arguments.TryGetValue("token", out var token) || token is not byte[] bytes || !bytes.AsSpan().SequenceEqual(Token(from))
            || !arguments.TryGetValue("info_hash", out var infohash) || infohash is not byte[] { Length: IdBytes } hash)
        {
            return null;
        }

        var implied = arguments.TryGetValue("implied_port", out var flag) && flag is not 0L;
        var port = implied ? from.Port : arguments.TryGetValue("port", out var said) && said is long number ? number : 0;
        if (port is < 1 or > ushort.MaxValue)
        {
            return null;
        }

        Announce(Convert.ToHexStringLower(hash), new IPEndPoint(from.Address, (int)port));
        return [];
    }

    private byte[] Token(IPEndPoint from) => HMACSHA256.HashData(_secret, from.Address.GetAddressBytes())[..8];
}
