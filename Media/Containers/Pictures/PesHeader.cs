namespace EventTorrent.Media.Containers.Pictures;

/// <summary>Header of a PES packet (ISO/IEC 13818-1 2.4.3.6).</summary>
/// <param name="Length">Bytes before the elementary stream.</param>
/// <param name="Pts">When it is shown, in 90 kHz; null when not said.</param>
/// <param name="IsScrambled">PES_scrambling_control.</param>
internal readonly record struct PesHeader(int Length, long? Pts, bool IsScrambled)
{
    private const int FixedLength = 9;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out PesHeader header)
    {
        header = default;
        if (bytes.Length < FixedLength || !bytes.StartsWith((ReadOnlySpan<byte>)[0, 0, 1]))
            return false;
        if (bytes[6] >> 6 != 2)
            return TryReadOld(bytes, out header);

        var length = FixedLength + bytes[8];
        var hasPts = (bytes[7] & 0x80) != 0 && bytes.Length >= FixedLength + 5 && bytes[8] >= 5;
        header = new(length, hasPts ? ReadPts(bytes[FixedLength..]) : null, (bytes[6] & 0x30) != 0);
        return true;
    }

    /// <summary>MPEG-1 (ISO/IEC 11172-1 2.4.4.3): stuffing, perhaps a buffer size, then time stamps.</summary>
    private static bool TryReadOld(ReadOnlySpan<byte> bytes, out PesHeader header)
    {
        const int MaxStuffing = 16;
        header = default;
        var at = 6;
        while (at < bytes.Length && bytes[at] == 0xFF && at < 6 + MaxStuffing)
            at++;
        if (at + 2 < bytes.Length && bytes[at] >> 6 == 1)
            at += 2;
        if (at + 10 > bytes.Length)
            return false;

        header = (bytes[at] >> 4) switch
        {
            2 => new(at + 5, ReadPts(bytes[at..]), false),
            3 => new(at + 10, ReadPts(bytes[at..]), false),
            _ => new(at + 1, null, false),
        };
        return bytes[at] >> 4 is 2 or 3 || bytes[at] == 0x0F;
    }

    /// <summary>33 bits in five bytes, with marker bits between.</summary>
    private static long ReadPts(ReadOnlySpan<byte> bytes) =>
        (long)(bytes[0] >> 1 & 7) << 30 | (long)bytes[1] << 22 | (long)(bytes[2] >> 1) << 15 | (long)bytes[3] << 7 | (long)bytes[4] >> 1;
}
