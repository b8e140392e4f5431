namespace EventTorrent.Media.Tests.Support;

/// <summary>A file in memory.</summary>
internal sealed class MemorySource(byte[] file) : IByteSource
{
    public long Length => file.Length;

    /// <summary>Runs before each read; may throw or wait.</summary>
    public Func<ByteRange, CancellationToken, Task> OnRead { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Runs when bytes are to be proven; says whether they may be different now.</summary>
    public Func<ByteRange, bool> OnProve { get; init; } = _ => false;

    public Task<bool> ProveAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken) =>
        Task.FromResult(ranges.Any(OnProve));

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        foreach (var range in ranges)
            await OnRead(range, cancellationToken);
        return [.. ranges.Select(range => (ReadOnlyMemory<byte>)file.AsMemory(checked((int)range.Offset), checked((int)range.Length)))];
    }
}
