using System.Buffers.Binary;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ts;

/// <summary>Finds the first video stream in the program tables (ISO/IEC 13818-1 2.4.4).</summary>
internal static class TsTables
{
    private const int MaxSectionBytes = 1024;
    private const int MaxPrograms = 64;
    private const byte PatId = 0;
    private const byte PmtId = 2;
    private const byte RegistrationTag = 5;

    /// <param name="bytes">The start of a file.</param>
    /// <returns>False when the tables are not in there.</returns>
    public static bool TryFindVideo(ReadOnlySpan<byte> bytes, int stride, out int pid, out Coding coding)
    {
        (pid, coding) = (0, Coding.Unknown);
        if (!TryReadSection(bytes, stride, pid: 0, PatId, out var pat))
            return false;

        // Behind eight bytes of header, program number and number of its table's packets.
        var programs = pat.AsSpan(Math.Min(8, pat.Length));
        for (var i = 0; i < MaxPrograms && programs.Length >= 4; i++, programs = programs[4..])
        {
            var isNetwork = BinaryPrimitives.ReadUInt16BigEndian(programs) == 0;
            var table = BinaryPrimitives.ReadUInt16BigEndian(programs[2..]) & 0x1FFF;
            if (!isNetwork && TryReadSection(bytes, stride, table, PmtId, out var pmt) && TryFindVideo(pmt, out pid, out coding))
                return true;
        }

        return false;
    }

    private static bool TryFindVideo(ReadOnlySpan<byte> pmt, out int pid, out Coding coding)
    {
        const int FieldsLength = 12;
        (pid, coding) = (0, Coding.Unknown);
        if (pmt.Length < FieldsLength)
            return false;

        var streams = pmt[Math.Min(FieldsLength + (BinaryPrimitives.ReadUInt16BigEndian(pmt[10..]) & 0xFFF), pmt.Length)..];
        while (streams.Length >= 5)
        {
            var descriptorsLength = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(streams[3..]) & 0xFFF, streams.Length - 5);
            coding = CodingOf(streams[0], streams.Slice(5, descriptorsLength));
            pid = BinaryPrimitives.ReadUInt16BigEndian(streams[1..]) & 0x1FFF;
            if (coding != Coding.Unknown)
                return true;
            streams = streams[(5 + descriptorsLength)..];
        }

        return false;
    }

    /// <summary>Private streams (6) say by a registration descriptor (2.6.8) what they are.</summary>
    private static Coding CodingOf(byte type, ReadOnlySpan<byte> descriptors)
    {
        foreach (var known in TsVideo.Types)
        {
            if (known.Type == type)
                return known.Coding;
        }

        while (type == 6 && descriptors.Length >= 2)
        {
            var length = Math.Min(descriptors[1], descriptors.Length - 2);
            var content = descriptors.Slice(2, length);
            if (descriptors[0] == RegistrationTag && content.StartsWith("HEVC"u8))
                return Coding.H265;
            if (descriptors[0] == RegistrationTag && content.StartsWith("VC-1"u8))
                return Coding.Vc1;
            descriptors = descriptors[(2 + length)..];
        }

        return Coding.Unknown;
    }

    /// <summary>A section begins where a packet's first byte points, and may go on in the next packets of its number.</summary>
    /// <param name="section">Without its checksum.</param>
    private static bool TryReadSection(ReadOnlySpan<byte> bytes, int stride, int pid, byte tableId, out byte[] section)
    {
        var content = new List<byte>();
        var hasBegun = false;
        var walk = new TsWalk(bytes, stride);
        while (walk.MoveNext())
        {
            var packet = walk.Packet;
            if (packet.Pid != pid || packet.Payload.IsEmpty)
                continue;

            if (packet.IsStart)
            {
                var start = 1 + packet.Payload[0];
                content.Clear();
                hasBegun = start < packet.Payload.Length && packet.Payload[start] == tableId;
                if (hasBegun)
                    content.AddRange(packet.Payload[start..]);
            }
            else if (hasBegun && content.Count < MaxSectionBytes)
            {
                content.AddRange(packet.Payload);
            }

            if (!hasBegun || content.Count < 3)
                continue;

            const int ChecksumLength = 4;
            var length = 3 + (((content[1] & 0x0F) << 8) | content[2]);
            if (length is > 3 + ChecksumLength and <= MaxSectionBytes && content.Count >= length)
            {
                section = [.. content.Take(length - ChecksumLength)];
                return true;
            }
        }

        section = [];
        return false;
    }
}
