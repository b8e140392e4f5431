using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>
/// The entries of a table box: version and flags, a count, then entries of one size. The count is never more than the box
/// has room for, whatever it claims.
/// </summary>
internal readonly ref struct BoxTable
{
    private readonly ReadOnlySpan<byte> _entries;
    private readonly int _entryLength;

    /// <param name="body">The body of the box, or nothing for an empty table.</param>
    public BoxTable(ReadOnlySpan<byte> body, int entryLength, int countPosition = 4)
    {
        _entryLength = entryLength;
        var first = countPosition + 4;
        if (body.Length < first)
            return;

        _entries = body[first..];
        Count = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(body[countPosition..]), (uint)(_entries.Length / entryLength));
    }

    public int Count { get; }

    public uint UInt32(int index, int field = 0) => BinaryPrimitives.ReadUInt32BigEndian(_entries[(index * _entryLength + field)..]);

    public int Int32(int index, int field = 0) => BinaryPrimitives.ReadInt32BigEndian(_entries[(index * _entryLength + field)..]);

    public ulong UInt64(int index, int field = 0) => BinaryPrimitives.ReadUInt64BigEndian(_entries[(index * _entryLength + field)..]);

    public long Int64(int index, int field = 0) => BinaryPrimitives.ReadInt64BigEndian(_entries[(index * _entryLength + field)..]);

    public ReadOnlySpan<byte> Bytes => _entries;
}
