using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Matroska;

/// <summary>Writes nested elements, with sizes of eight bytes throughout; a master element learns its size when it ends.</summary>
internal sealed class EbmlWriter
{
    private const ulong SizeMarker = 1UL << 56;

    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    /// <summary>An element of unknown size, which lasts to the end.</summary>
    public void BeginUnknown(uint id) => WriteHeader(id, SizeMarker - 1);

    /// <summary>Starts a master element; the returned content ends it.</summary>
    public EbmlWriter Master(uint id, Action<EbmlWriter> write)
    {
        var content = new EbmlWriter();
        write(content);
        return Bytes(id, content.ToArray());
    }

    public EbmlWriter Bytes(uint id, ReadOnlySpan<byte> body)
    {
        WriteHeader(id, (ulong)body.Length);
        _bytes.AddRange(body);
        return this;
    }

    public EbmlWriter UInt64(uint id, ulong value)
    {
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(buffer, value);
        return Bytes(id, buffer);
    }

    private void WriteHeader(uint id, ulong size)
    {
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(buffer, id);
        _bytes.AddRange(buffer[..4].TrimStart((byte)0));
        BinaryPrimitives.WriteUInt64BigEndian(buffer, SizeMarker | size);
        _bytes.AddRange(buffer);
    }
}
