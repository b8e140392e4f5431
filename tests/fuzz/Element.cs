using System.Buffers.Binary;

namespace EventTorrent.Fuzz;

/// <summary>How an element writes its size down.</summary>
internal enum SizeKind
{
    /// <summary>No size field.</summary>
    None,

    BigEndian,

    LittleEndian,

    /// <summary>EBML: the number of leading zero bits tells the width (RFC 8794, 4).</summary>
    Vint,
}

/// <summary>One element of a file: box, EBML element, chunk, object, tag or packet.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="HeaderLength">Bytes before its content.</param>
/// <param name="Length">Bytes with header.</param>
/// <param name="SizeOffset">Where its size field is, from its first byte.</param>
/// <param name="SizeLength">Bytes of the size field: up to 8.</param>
internal readonly record struct Element(int Offset, int HeaderLength, int Length, SizeKind Kind, int SizeOffset, int SizeLength)
{
    public int End => Offset + Length;

    /// <summary>Adds to the size field, as far as it has room.</summary>
    public void Grow(Span<byte> file, int bytes)
    {
        if (Kind != SizeKind.None)
            Write(file, Read(file) + (ulong)bytes);
    }

    /// <summary>Overwrites the size field; bits that do not fit are lost.</summary>
    public void Write(Span<byte> file, ulong size)
    {
        Span<byte> number = stackalloc byte[8];
        var field = file.Slice(Offset + SizeOffset, SizeLength);
        if (Kind == SizeKind.LittleEndian)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, size);
            number[..SizeLength].CopyTo(field);
            return;
        }

        var marker = 1UL << 7 * SizeLength;
        BinaryPrimitives.WriteUInt64BigEndian(number, Kind == SizeKind.Vint ? marker | (size & (marker - 1)) : size);
        number[^SizeLength..].CopyTo(field);
    }

    private ulong Read(ReadOnlySpan<byte> file)
    {
        var field = file.Slice(Offset + SizeOffset, SizeLength);
        var value = 0UL;
        for (var i = 0; i < SizeLength; i++)
            value = value << 8 | field[Kind == SizeKind.LittleEndian ? SizeLength - 1 - i : i];
        return Kind == SizeKind.Vint ? value & ((1UL << 7 * SizeLength) - 1) : value;
    }
}
