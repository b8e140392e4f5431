using System.Numerics;

namespace EventTorrent.Media.Containers.Matroska;

/// <summary>Id and size at the start of an element (RFC 8794, 5 and 6).</summary>
/// <param name="Id">With its marker bits, as specifications write it.</param>
/// <param name="HeaderLength">Bytes of id and size: 2 to 12.</param>
/// <param name="BodyLength">Bytes behind the header, never more than available. All that is available when the size is unknown.</param>
/// <param name="IsUnknown">The size is not known (RFC 8794, 6.2): the element ends where one begins that it can't hold.</param>
/// <param name="IsCut">The element claims to be longer than what is available.</param>
internal readonly record struct EbmlHeader(uint Id, int HeaderLength, long BodyLength, bool IsUnknown, bool IsCut)
{
    /// <summary>Longest header: EBMLMaxIDLength 4 (RFC 9559, 5.1) and a size of 8 bytes.</summary>
    public const int MaxLength = 12;

    /// <summary>Bytes with header.</summary>
    public long Length => HeaderLength + BodyLength;

    /// <param name="bytes">The start of the element, as much as there is of it up to <see cref="MaxLength"/>.</param>
    /// <param name="available">Bytes from the start of the element to the end of what holds it.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long available, out EbmlHeader header)
    {
        header = default;
        if (!TryReadNumber(bytes, maxLength: 4, out var id, out var idLength)
            || !TryReadNumber(bytes[idLength..], maxLength: 8, out var size, out var sizeLength))
            return false;

        var left = available - idLength - sizeLength;
        if (left < 0)
            return false;

        var mask = (1UL << 7 * sizeLength) - 1;
        size &= mask;
        var isUnknown = size == mask;
        var isCut = !isUnknown && size > (ulong)left;
        header = new((uint)id, idLength + sizeLength, isUnknown || isCut ? left : (long)size, isUnknown, isCut);
        return true;
    }

    /// <summary>A number that tells its own length, with the marker bit (RFC 8794, 4).</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> bytes, int maxLength, out ulong value, out int length)
    {
        (value, length) = (0, 0);
        if (bytes.IsEmpty)
            return false;

        length = BitOperations.LeadingZeroCount((uint)bytes[0]) - 24 + 1;
        if (length > maxLength || length > bytes.Length)
            return false;

        foreach (var part in bytes[..length])
            value = value << 8 | part;
        return true;
    }
}
