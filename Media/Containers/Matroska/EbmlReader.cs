using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Matroska;

/// <summary>
/// Walks the elements of one level in memory. Nothing is allocated and nothing recurses, so depth and number of elements
/// cost no more than the bytes that hold them. An element that claims to outlast its parent ends with it.
/// </summary>
internal struct EbmlReader(ReadOnlyMemory<byte> level)
{
    private EbmlHeader _header;
    private ReadOnlyMemory<byte> _rest = level;

    public readonly uint Id => _header.Id;

    /// <summary>The current element with its header.</summary>
    public ReadOnlyMemory<byte> Whole { get; private set; }

    /// <summary>What the current element holds.</summary>
    public readonly ReadOnlyMemory<byte> Body => Whole[_header.HeaderLength..];

    /// <summary>The body as an unsigned integer (RFC 8794, 7.2); one that is too long counts as the greatest.</summary>
    public readonly ulong UInt64
    {
        get
        {
            var value = 0UL;
            foreach (var part in Body.Span.TrimStart((byte)0))
                value = value > ulong.MaxValue >> 8 ? ulong.MaxValue : value << 8 | part;
            return value;
        }
    }

    /// <summary>The body as a floating-point number (RFC 8794, 7.3).</summary>
    public readonly double Double => Body.Length switch
    {
        4 => BinaryPrimitives.ReadSingleBigEndian(Body.Span),
        8 => BinaryPrimitives.ReadDoubleBigEndian(Body.Span),
        _ => 0,
    };

    /// <summary>Goes to the next element. False at the end of the level or where no element can be.</summary>
    public bool MoveNext()
    {
        if (!EbmlHeader.TryRead(_rest.Span, _rest.Length, out _header))
            return false;

        Whole = _rest[..(int)_header.Length];
        _rest = _rest[(int)_header.Length..];
        return true;
    }

    /// <summary>What the first element of an id holds, or nothing.</summary>
    public static ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> level, uint id)
    {
        var elements = new EbmlReader(level);
        while (elements.MoveNext())
        {
            if (elements.Id == id)
                return elements.Body;
        }

        return default;
    }
}
