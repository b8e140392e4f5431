namespace EventTorrent.Media;

/// <summary>
/// Random access to one file whose bytes are expensive: each call is one round trip to a swarm, so a reader asks for
/// everything that it can name at once. Calls may run concurrently; those that overlap in time belong to one round, and
/// the source is free to join them.
/// </summary>
public interface IByteSource
{
    /// <summary>Size of the file in bytes.</summary>
    long Length { get; }

    /// <summary>
    /// Reads all ranges in one round and returns them in the order asked. Ranges must lie inside the file. What can't be
    /// had is an exception; the readers of this library let it pass through as it is.
    /// </summary>
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken);

    /// <summary>
    /// Makes sure of bytes that turned out to be no good: when no hash has proven them, they are fetched again, proven.
    /// </summary>
    /// <returns>Whether they may be different now, so that reading again is worth while.</returns>
    Task<bool> ProveAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken) => Task.FromResult(false);
}
