namespace EventTorrent.Media;

/// <summary>A half-open byte range of one file.</summary>
public readonly record struct ByteRange(long Offset, long Length)
{
    public long End => Offset + Length;
}

/// <summary>
/// Random access to one file whose bytes are expensive: each call is one round trip to a swarm, so a reader asks for
/// everything that it can name at once.
/// </summary>
public interface IByteSource
{
    /// <summary>Size of the file in bytes.</summary>
    long Length { get; }

    /// <summary>Reads all ranges in one round, in the order asked. Ranges must lie inside the file.</summary>
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken);
}
