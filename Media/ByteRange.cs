namespace EventTorrent.Media;

/// <summary>A half-open range of bytes of one file.</summary>
/// <param name="Offset">First byte, from the start of the file.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>The first byte behind the range.</summary>
    public long End => Offset + Length;
}
