namespace EventTorrent.Media.Containers.Mp4;

/// <summary>
/// Walks the boxes of one level in memory. Nothing is allocated and nothing recurses, so depth and number of boxes cost
/// no more than the bytes that hold them. A box that claims to outlast its parent ends with it, as players have it.
/// </summary>
internal struct BoxReader(ReadOnlyMemory<byte> level)
{
    private BoxHeader _header;
    private ReadOnlyMemory<byte> _rest = level;

    /// <summary>The current box with its header.</summary>
    public ReadOnlyMemory<byte> Whole { get; private set; }

    /// <summary>What the current box holds.</summary>
    public readonly ReadOnlyMemory<byte> Body => Whole[_header.HeaderLength..];

    public readonly bool Is(ReadOnlySpan<byte> type) => _header.Is(type);

    /// <summary>Goes to the next box. False at the end of the level or where no box can be.</summary>
    public bool MoveNext()
    {
        if (!BoxHeader.TryRead(_rest.Span, _rest.Length, out _header))
            return false;

        Whole = _rest[..(int)_header.Length];
        _rest = _rest[(int)_header.Length..];
        return true;
    }

    /// <summary>The first box of a type with its header, or nothing.</summary>
    public static ReadOnlyMemory<byte> FindWhole(ReadOnlyMemory<byte> level, ReadOnlySpan<byte> type)
    {
        var boxes = new BoxReader(level);
        while (boxes.MoveNext())
        {
            if (boxes.Is(type))
                return boxes.Whole;
        }

        return default;
    }

    /// <summary>What the first box of a type holds, or nothing.</summary>
    public static ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> level, ReadOnlySpan<byte> type)
    {
        var boxes = new BoxReader(level);
        while (boxes.MoveNext())
        {
            if (boxes.Is(type))
                return boxes.Body;
        }

        return default;
    }
}
