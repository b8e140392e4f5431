using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>Writes nested boxes; each box learns its size when it ends.</summary>
internal sealed class BoxWriter
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    /// <summary>Starts a box and returns its position, which ends it.</summary>
    public int Begin(ReadOnlySpan<byte> type)
    {
        var start = Length;
        UInt32(0).Bytes(type);
        return start;
    }

    /// <summary>Starts a box with version 0 and the given flags (ISO/IEC 14496-12 4.2, FullBox).</summary>
    public int BeginFull(ReadOnlySpan<byte> type, uint flags = 0)
    {
        var start = Begin(type);
        UInt32(flags);
        return start;
    }

    public void End(int start) => Patch(start, (uint)(Length - start));

    public void Patch(int position, uint value) =>
        BinaryPrimitives.WriteUInt32BigEndian(CollectionsMarshal.AsSpan(_bytes).Slice(position, 4), value);

    public BoxWriter UInt32(uint value)
    {
        Span<byte> buffer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(buffer, value);
        return Bytes(buffer);
    }

    public BoxWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public BoxWriter Zeros(int count) => Bytes(new byte[count]);
}
