namespace EventTorrent.Media.Containers.Ts;

/// <summary>How transport packets lie in a file: plain, with a time stamp before each (Blu-ray) or with check bytes behind each (DVB).</summary>
internal static class TsLayout
{
    public const int PacketLength = 188;
    public const byte Sync = 0x47;

    /// <summary>So many packets in a row make sure of it.</summary>
    private const int SurePackets = 5;

    private static readonly int[] Strides = [PacketLength, 192, 204];

    /// <summary>Finds out how far apart packets are, and where the first one is.</summary>
    public static bool TryDetect(ReadOnlySpan<byte> bytes, out int stride, out int first)
    {
        foreach (var candidate in Strides)
        {
            first = NextPacket(bytes, 0, candidate);
            if (first >= 0 && first < candidate)
            {
                stride = candidate;
                return true;
            }
        }

        (stride, first) = (0, -1);
        return false;
    }

    public static bool IsStride(int stride) => Strides.Contains(stride);

    /// <summary>Where the next packet begins; -1 when there is none. Near the end of the bytes fewer packets must do.</summary>
    public static int NextPacket(ReadOnlySpan<byte> bytes, int from, int stride)
    {
        for (var at = from; at + PacketLength <= bytes.Length; at++)
        {
            var found = bytes[at..].IndexOf(Sync);
            if (found < 0)
                return -1;

            at += found;
            if (at + PacketLength <= bytes.Length && IsSynced(bytes, at, stride))
                return at;
        }

        return -1;
    }

    private static bool IsSynced(ReadOnlySpan<byte> bytes, int at, int stride)
    {
        for (var packet = 0; packet < SurePackets && at < bytes.Length; packet++, at += stride)
        {
            if (bytes[at] != Sync)
                return false;
        }

        return true;
    }
}
