using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Ts;

/// <summary>A transport packet (ISO/IEC 13818-1 2.4.3).</summary>
internal readonly ref struct TsPacket
{
    /// <param name="bytes">188 bytes that begin with the sync byte.</param>
    public TsPacket(ReadOnlySpan<byte> bytes)
    {
        Pid = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]) & 0x1FFF;
        IsStart = (bytes[1] & 0x40) != 0;
        IsScrambled = bytes[3] >> 6 != 0;
        var hasAdaptation = (bytes[3] & 0x20) != 0;
        IsRandomAccess = hasAdaptation && bytes[4] > 0 && (bytes[5] & 0x40) != 0;
        var payload = hasAdaptation ? 5 + bytes[4] : 4;
        Payload = (bytes[3] & 0x10) != 0 && payload < TsLayout.PacketLength ? bytes[payload..TsLayout.PacketLength] : default;
    }

    public int Pid { get; }

    /// <summary>payload_unit_start_indicator: a PES packet or a section begins here.</summary>
    public bool IsStart { get; }

    public bool IsScrambled { get; }

    /// <summary>random_access_indicator, which not all writers set.</summary>
    public bool IsRandomAccess { get; }

    public ReadOnlySpan<byte> Payload { get; }
}
