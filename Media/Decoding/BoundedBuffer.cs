using System.Buffers;

namespace EventTorrent.Media.Decoding;

/// <summary>Keeps the first bytes of what a program writes, and drops the rest.</summary>
internal sealed class BoundedBuffer(int limit)
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    /// <returns>False when something had to be dropped.</returns>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        var kept = Math.Min(bytes.Length, limit - _bytes.WrittenCount);
        _bytes.Write(bytes[..kept]);
        return kept == bytes.Length;
    }
}
