namespace EventTorrent.Media.Tests.Support;

internal static class Blocks
{
    /// <summary>Bytes of the distinct 16 KiB blocks that hold these ranges: the least that a swarm can send.</summary>
    public static long Touched(IEnumerable<ByteRange> ranges, long fileLength)
    {
        const long Size = 16 * 1024;
        return ranges
            .SelectMany(range => Enumerable.Range((int)(range.Offset / Size), (int)((range.End - 1) / Size - range.Offset / Size) + 1))
            .Distinct()
            .Sum(block => Math.Min(Size, fileLength - block * Size));
    }
}
