using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Asf;

/// <summary>An object in memory (ASF specification 01.20.06, 2.1): GUID, 64-bit length with header, content.</summary>
/// <param name="Body">What follows the header; an object that claims to outlast its parent ends with it.</param>
internal readonly record struct AsfObject(Guid Id, ReadOnlyMemory<byte> Body)
{
    public const int HeaderLength = 24;

    /// <summary>Reads identity and claimed length.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out Guid id, out ulong length)
    {
        (id, length) = (default, 0);
        if (bytes.Length < HeaderLength)
            return false;

        id = new(bytes[..16]);
        length = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        return length >= HeaderLength;
    }

    /// <summary>The objects of one level.</summary>
    public static IEnumerable<AsfObject> Walk(ReadOnlyMemory<byte> level)
    {
        while (TryReadHeader(level.Span, out var id, out var length))
        {
            var whole = (int)Math.Min(length, (ulong)level.Length);
            yield return new(id, level[HeaderLength..whole]);
            level = level[whole..];
        }
    }
}
