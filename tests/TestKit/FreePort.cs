using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EventTorrent.TestKit;

/// <summary>
/// Ports for servers of a test. They lie below 32768, where the system's own outgoing connections begin: a port from
/// there can be taken between our look and the server's bind.
/// </summary>
public static class FreePort
{
    private const int First = 10_000;
    private const int End = 32_768;
    private const int Attempts = 500;

    /// <summary>A server that was given its port may not have bound it yet when the next one asks.</summary>
    private static readonly ConcurrentDictionary<int, bool> Given = [];

    /// <summary>A port that was free a moment ago for TCP and UDP at the address (default 127.0.0.1), and that nobody in this process was given before.</summary>
    public static int Next(IPAddress? address = null)
    {
        var endpoint = new IPEndPoint(address ?? IPAddress.Loopback, 0);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            endpoint.Port = Random.Shared.Next(First, End);
            if (CanBind(endpoint, SocketType.Stream, ProtocolType.Tcp) && CanBind(endpoint, SocketType.Dgram, ProtocolType.Udp)
                && Given.TryAdd(endpoint.Port, true))
            {
                return endpoint.Port;
            }
        }

        throw new InvalidOperationException($"No free port from {First} to {End - 1} at {endpoint.Address}.");
    }

    private static bool CanBind(IPEndPoint endpoint, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(endpoint.AddressFamily, type, protocol);
        try
        {
            socket.Bind(endpoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
