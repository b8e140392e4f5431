using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>Size and type at the start of a box (ISO/IEC 14496-12 4.2).</summary>
/// <param name="Type">Four characters, big-endian.</param>
/// <param name="HeaderLength">8, or 16 with a 64-bit size.</param>
/// <param name="Length">Bytes with header; never less than the header, never more than available.</param>
/// <param name="IsCut">The box claims to be longer than what is available.</param>
internal readonly record struct BoxHeader(uint Type, int HeaderLength, long Length, bool IsCut)
{
    /// <summary>Longest header: 32-bit size, type, 64-bit size.</summary>
    public const int MaxLength = 16;

    /// <param name="bytes">The start of the box, as much as there is of it up to <see cref="MaxLength"/>.</param>
    /// <param name="available">Bytes from the start of the box to the end of what holds it.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long available, out BoxHeader header)
    {
        header = default;
        if (bytes.Length < 8)
            return false;

        var headerLength = 8;
        ulong length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (length == 1)
        {
            if (bytes.Length < 16)
                return false;
            headerLength = 16;
            length = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        }
        else if (length == 0)
        {
            length = (ulong)available;
        }

        if (length < (ulong)headerLength)
            return false;

        var isCut = length > (ulong)available;
        header = new(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), headerLength, isCut ? available : (long)length, isCut);
        return true;
    }

    public bool Is(ReadOnlySpan<byte> type) => BinaryPrimitives.ReadUInt32BigEndian(type) == Type;
}
