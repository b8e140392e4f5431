namespace EventTorrent.Torrents;

/// <summary>A half-open byte range of a torrent's content, from the first byte of its first file (BEP 3).</summary>
/// <param name="Offset">First byte, 0 or more.</param>
/// <param name="Length">Number of bytes, 1 or more.</param>
public readonly record struct ByteRange(long Offset, long Length)
{
    public long End => Offset + Length;
}
