namespace EventTorrent.Media;

/// <summary>
/// Counts what a reader costs: exact bytes, distinct 16 KiB blocks and rounds. A local file answers so fast that reads
/// issued together would not overlap; so an answer takes as long as a quick peer's does.
/// </summary>
public sealed class CountingByteSource(IByteSource inner) : IByteSource
{
    /// <summary>The request unit of BitTorrent.</summary>
    public const int BlockSize = 16 * 1024;

    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly HashSet<long> _blocks = [];
    private int _running;

    /// <inheritdoc />
    public long Length => inner.Length;

    /// <summary>Bytes asked for; what is asked for twice counts twice.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Bytes of the distinct 16 KiB blocks that were touched.</summary>
    public long BlockBytes { get; private set; }

    /// <summary>Dependent reads. Calls that overlap in time are one round.</summary>
    public int Rounds { get; private set; }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(
        IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_running++ == 0)
                Rounds++;
            foreach (var range in ranges)
                Count(range);
        }

        try
        {
            var answer = inner.ReadAsync(ranges, cancellationToken);
            await Task.WhenAll(answer, Task.Delay(RoundTrip, cancellationToken));
            return await answer;
        }
        finally
        {
            lock (_lock)
                _running--;
        }
    }

    /// <inheritdoc />
    public Task<bool> ProveAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken) =>
        inner.ProveAsync(ranges, cancellationToken);

    private void Count(ByteRange range)
    {
        BytesRead += range.Length;
        for (var block = range.Offset / BlockSize; block * BlockSize < range.End; block++)
        {
            if (_blocks.Add(block))
                BlockBytes += Math.Min(BlockSize, Length - block * BlockSize);
        }
    }
}
