using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EventTorrent.TestKit;

/// <summary>IPv4 addresses with port in 6 bytes (BEP 23, BEP 5).</summary>
internal static class CompactPeers
{
    public const int Bytes = 6;

    public static byte[] Encode(IPEndPoint peer)
    {
        if (peer.AddressFamily != AddressFamily.InterNetwork)
        {
            throw new ArgumentException($"{peer} is not IPv4.", nameof(peer));
        }

        var bytes = new byte[Bytes];
        peer.Address.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)peer.Port);
        return bytes;
    }

    public static byte[] Encode(IEnumerable<IPEndPoint> peers) => [.. peers.SelectMany(Encode)];

    public static IPEndPoint Decode(ReadOnlySpan<byte> bytes) =>
        new(new IPAddress(bytes[..4]), BinaryPrimitives.ReadUInt16BigEndian(bytes[4..Bytes]));
}
