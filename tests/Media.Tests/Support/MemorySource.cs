namespace EventTorrent.Media.Tests.Support;

/// <summary>A file in memory.</summary>
internal sealed class MemorySource(byte[] file) : IByteSource
{
    public long Length => file.Length;

    /// <summary>Runs before each read; may throw or wait.</summary>
    public Func<ByteRange, CancellationToken, Task> OnRead { get; init; } = (_, _) => Task.CompletedTask;

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        foreach (var range in ranges)
            await OnRead(range, cancellationToken);
        return [.. ranges.Select(range => (ReadOnlyMemory<byte>)file.AsMemory(checked((int)range.Offset), checked((int)range.Length)))];
    }
}
