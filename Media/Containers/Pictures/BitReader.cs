namespace EventTorrent.Media.Containers.Pictures;

/// <summary>Reads the fields of a NAL unit (ITU-T H.264 7.2 and 9.1). Behind the end all bits are 0, and <see cref="IsOver"/> is true.</summary>
/// <param name="bytes">Without emulation prevention.</param>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public readonly bool IsOver => _position > 8 * _bytes.Length;

    /// <summary>The start of a unit without its emulation prevention bytes (7.4.1.1), as much of it as there is room for.</summary>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> unit, Span<byte> room)
    {
        var (length, zeros) = (0, 0);
        foreach (var value in unit)
        {
            if (length == room.Length)
                break;
            if (zeros >= 2 && value == 3)
            {
                zeros = 0;
                continue;
            }

            zeros = value == 0 ? zeros + 1 : 0;
            room[length++] = value;
        }

        return room[..length];
    }

    public uint Bits(int count)
    {
        var value = 0u;
        for (; count > 0; count--, _position++)
            value = value << 1 | (_position < 8 * _bytes.Length ? (uint)_bytes[_position / 8] >> 7 - _position % 8 & 1 : 0);
        return value;
    }

    public bool Flag() => Bits(1) != 0;

    /// <summary>ue(v); longer ones than any that is used make the reader be over.</summary>
    public uint Number()
    {
        const int MaxZeros = 24;
        var zeros = 0;
        while (!IsOver && zeros <= MaxZeros && !Flag())
            zeros++;
        if (zeros > MaxZeros)
            _position = 8 * _bytes.Length + 1;
        return IsOver ? 0 : (1u << zeros) - 1 + Bits(zeros);
    }

    /// <summary>se(v).</summary>
    public int SignedNumber()
    {
        var number = (int)Number();
        return number % 2 == 0 ? -(number / 2) : number / 2 + 1;
    }
}
