namespace EventTorrent.Media.Tests.Support;

/// <summary>A file of any size whose first bytes are given and all others zero.</summary>
internal sealed class HugeSource(long length, byte[] start) : IByteSource
{
    public long Length => length;

    public long BytesRead { get; private set; }

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        var results = new List<ReadOnlyMemory<byte>>();
        foreach (var range in ranges)
        {
            var bytes = new byte[range.Length];
            if (range.Offset < start.Length)
                start.AsSpan((int)range.Offset, (int)Math.Min(start.Length - range.Offset, range.Length)).CopyTo(bytes);
            BytesRead += range.Length;
            results.Add(bytes);
        }

        return Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>(results);
    }
}
