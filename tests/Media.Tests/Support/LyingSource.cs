namespace EventTorrent.Media.Tests.Support;

/// <summary>Gives other bytes than the file's until they are to be proven: a peer that lies about blocks that no hash covers.</summary>
internal sealed class LyingSource(byte[] file, byte[] lies) : IByteSource
{
    private readonly HashSet<ByteRange> _proven = [];

    public long Length => file.Length;

    public IReadOnlyCollection<ByteRange> Proven
    {
        get
        {
            lock (_proven)
                return [.. _proven];
        }
    }

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        lock (_proven)
        {
            return Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>(
                [.. ranges.Select(range => (ReadOnlyMemory<byte>)(IsProven(range) ? file : lies).AsMemory((int)range.Offset, (int)range.Length))]);
        }
    }

    public Task<bool> ProveAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        var isNew = false;
        lock (_proven)
        {
            foreach (var range in ranges)
                isNew |= _proven.Add(range);
        }

        return Task.FromResult(isNew);
    }

    private bool IsProven(ByteRange range) => _proven.Any(proven => proven.Offset <= range.Offset && range.End <= proven.End);
}
