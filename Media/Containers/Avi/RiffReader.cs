namespace EventTorrent.Media.Containers.Avi;

/// <summary>Walks the chunks of one level in memory. A chunk that claims to outlast its parent ends with it.</summary>
internal struct RiffReader(ReadOnlyMemory<byte> level)
{
    private ReadOnlyMemory<byte> _rest = level;

    public RiffChunk Chunk { get; private set; }

    /// <summary>What the current chunk holds; for a list, what follows its type.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    public bool MoveNext()
    {
        if (!RiffChunk.TryRead(_rest.Span, out var chunk))
            return false;

        Chunk = chunk;
        var end = (int)Math.Min(RiffChunk.HeaderLength + (long)chunk.Length, _rest.Length);
        var start = Math.Min(chunk.IsList ? RiffChunk.ListHeaderLength : RiffChunk.HeaderLength, end);
        Body = _rest[start..end];
        _rest = _rest[(int)Math.Min(chunk.TotalLength, _rest.Length)..];
        return true;
    }

    /// <summary>Content of the first chunk of that name, or nothing.</summary>
    public static ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> level, ReadOnlySpan<byte> id)
    {
        var chunks = new RiffReader(level);
        while (chunks.MoveNext())
        {
            if (chunks.Chunk.Is(id))
                return chunks.Body;
        }

        return default;
    }
}
