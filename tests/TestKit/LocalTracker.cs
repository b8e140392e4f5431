using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventTorrent.TestKit;

/// <summary>
/// An HTTP tracker (BEP 3, BEP 23) on loopback. It hands out the peers it was given and those that announced
/// themselves, and counts.
/// </summary>
public sealed class LocalTracker : IAsyncDisposable
{
    private const int MaxRequestBytes = 8 * 1024;

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<IPEndPoint, byte>> _swarms = new();
    private readonly TcpListener _listener = new(LoopbackAddress.NextEndpoint());
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _announces;

    public LocalTracker()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The announce address.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://{_listener.LocalEndpoint}/announce");

    /// <summary>Announces so far, of all torrents.</summary>
    public int Announces => Volatile.Read(ref _announces);

    /// <summary>When set, every announce is answered by this failure reason.</summary>
    public string? FailureReason { get; set; }

    /// <summary>How long clients are told to wait until they announce again.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Adds a peer to a torrent's swarm.</summary>
    public void Add(string infohash, IPEndPoint peer) => Swarm(infohash)[peer] = 0;

    /// <summary>Who is in a torrent's swarm.</summary>
    public IReadOnlyCollection<IPEndPoint> PeersOf(string infohash) => [.. Swarm(infohash).Keys];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
        _listener.Dispose();
    }

    private ConcurrentDictionary<IPEndPoint, byte> Swarm(string infohash) => _swarms.GetOrAdd(infohash, _ => new());

    private async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
                open.RemoveAll(task => task.IsCompleted);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            var request = await ReadRequestAsync(stream);
            var body = request is null ? Failure("bad request") : Announce(request, ((IPEndPoint)client.Client.RemoteEndPoint!).Address);
            var head = $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
            await stream.WriteAsync(body, _stop.Token);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException)
        {
            // The client hung up, or the test is over.
        }
    }

    /// <summary>The query of the request line, or null when it is not an announce.</summary>
    private async Task<string?> ReadRequestAsync(NetworkStream stream)
    {
        var bytes = new byte[MaxRequestBytes];
        var filled = 0;
        while (filled < bytes.Length && bytes.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = await stream.ReadAsync(bytes.AsMemory(filled), _stop.Token);
            if (read == 0)
            {
                return null;
            }

            filled += read;
        }

        var parts = Encoding.ASCII.GetString(bytes, 0, filled).Split("\r\n")[0].Split(' ');
        const string Path = "/announce?";
        return parts is ["GET", { } target, _] && target.StartsWith(Path, StringComparison.Ordinal) ? target[Path.Length..] : null;
    }

    private byte[] Announce(string query, IPAddress from)
    {
        Interlocked.Increment(ref _announces);
        var fields = query.Split('&').Select(field => field.Split('=', 2)).Where(field => field.Length == 2)
            .GroupBy(field => field[0]).ToDictionary(group => group.Key, group => group.First()[1]);
        if (FailureReason is { } reason)
        {
            return Failure(reason);
        }

        if (!fields.TryGetValue("info_hash", out var escaped) || Unescape(escaped) is not { Length: 20 } infohash)
        {
            return Failure("no info_hash of 20 bytes");
        }

        var swarm = Swarm(Convert.ToHexStringLower(infohash));
        IPEndPoint? self = null;
        if (fields.TryGetValue("port", out var text) && ushort.TryParse(text, CultureInfo.InvariantCulture, out var port) && port > 0)
        {
            self = new IPEndPoint(from, port);
            if (fields.GetValueOrDefault("event") == "stopped")
            {
                swarm.TryRemove(self, out _);
            }
            else
            {
                swarm[self] = 0;
            }
        }

        return Bencode.Encode(new Dictionary<string, object>
        {
            ["interval"] = (long)Interval.TotalSeconds,
            ["min interval"] = (long)Interval.TotalSeconds,
            ["peers"] = CompactPeers.Encode(swarm.Keys.Where(peer => !peer.Equals(self))),
        });
    }

    private static byte[] Failure(string reason) => Bencode.Encode(new Dictionary<string, object> { ["failure reason"] = reason });

    private static byte[]? Unescape(string text)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '%')
            {
                bytes.Add((byte)text[at]);
            }
            else if (at + 2 < text.Length && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                at += 2;
            }
            else
            {
                return null;
            }
        }

        return [.. bytes];
    }
}
