namespace EventTorrent.Media.Tests.Support;

/// <summary>A file in memory.</summary>
internal sealed class MemorySource(ReadOnlyMemory<byte> file) : IByteSource
{
    public MemorySource(byte[] file)
        : this(file.AsMemory())
    {
    }

    public long Length => file.Length;

    /// <summary>Runs before each read; may throw or wait.</summary>
    public Func<ByteRange, CancellationToken, Task> OnRead { get; init; } = (_, _) => Task.CompletedTask;

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        foreach (var range in ranges)
            await OnRead(range, cancellationToken);
        return [.. ranges.Select(range => file.Slice(checked((int)range.Offset), checked((int)range.Length)))];
    }
}
