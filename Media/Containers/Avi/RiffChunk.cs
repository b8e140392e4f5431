using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Avi;

/// <summary>Header of a RIFF chunk or list ("Multimedia Programming Interface and Data Specifications 1.0", RIFF).</summary>
/// <param name="Id">Four characters as a little-endian number.</param>
/// <param name="ListType">What kind of list it is, or 0.</param>
/// <param name="Length">Bytes of the content as claimed; that of a list includes its type.</param>
internal readonly record struct RiffChunk(uint Id, uint ListType, uint Length)
{
    public const int HeaderLength = 8;

    /// <summary>Header of a list with its type.</summary>
    public const int ListHeaderLength = 12;

    /// <summary>From the chunk's start to that of the next: contents are padded to even lengths.</summary>
    public long TotalLength => HeaderLength + (long)Length + (Length & 1);

    public bool IsList => Id == FourCC("LIST"u8) || Id == FourCC("RIFF"u8);

    public bool Is(ReadOnlySpan<byte> id) => Id == FourCC(id);

    public bool IsListOf(ReadOnlySpan<byte> type) => IsList && ListType == FourCC(type);

    public static uint FourCC(ReadOnlySpan<byte> id) => BinaryPrimitives.ReadUInt32LittleEndian(id);

    public static bool TryRead(ReadOnlySpan<byte> bytes, out RiffChunk chunk)
    {
        chunk = default;
        if (bytes.Length < HeaderLength)
            return false;

        chunk = new(FourCC(bytes), 0, BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
        if (chunk.IsList && bytes.Length >= ListHeaderLength)
            chunk = chunk with { ListType = FourCC(bytes[8..]) };
        return true;
    }
}
