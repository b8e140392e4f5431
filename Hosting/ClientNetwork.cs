using System.Net;
using System.Net.Sockets;

namespace EventTorrent.Hosting;

/// <summary>Whom a limit for one client is for.</summary>
public static class ClientNetwork
{
    /// <summary>The address of the connection, whatever X-Forwarded-For says; of an IPv6 address the network, as a client has all of it.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false })
        {
            return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
        }

        return address?.MapToIPv4().ToString() ?? "";
    }
}
