using System.Collections.Concurrent;

namespace EventTorrent.Media.Tests.Support;

/// <summary>A file in memory that knows which of its blocks have been read.</summary>
internal sealed class PagedFile(byte[] file) : IByteSource
{
    private readonly MemorySource _source = new(file);
    private readonly ConcurrentQueue<ByteRange> _reads = [];

    public long Length => file.Length;

    /// <summary>Runs before each read; may throw or wait.</summary>
    public Func<ByteRange, CancellationToken, Task> OnRead { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Bytes of the distinct blocks.</summary>
    public long TouchedBytes => Blocks.Touched([.. _reads], Length);

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        foreach (var range in ranges)
        {
            _reads.Enqueue(range);
            await OnRead(range, cancellationToken);
        }

        return await _source.ReadAsync(ranges, cancellationToken);
    }
}
