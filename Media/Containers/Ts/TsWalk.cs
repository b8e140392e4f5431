namespace EventTorrent.Media.Containers.Ts;

/// <summary>Goes through the packets in a part of a file; where they are lost, they are found again.</summary>
internal ref struct TsWalk(ReadOnlySpan<byte> bytes, int stride)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _next;

    /// <summary>Where the current packet is in the bytes.</summary>
    public int Position { get; private set; }

    public readonly TsPacket Packet => new(_bytes.Slice(Position, TsLayout.PacketLength));

    public bool MoveNext()
    {
        var next = _next > 0 && _next + TsLayout.PacketLength <= _bytes.Length && _bytes[_next] == TsLayout.Sync
            ? _next
            : TsLayout.NextPacket(_bytes, _next, stride);
        if (next < 0)
            return false;

        Position = next;
        _next = next + stride;
        return true;
    }
}
