using System.Buffers;
using System.Buffers.Binary;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ts;

/// <summary>
/// A transport stream of one picture: tables and packets are our own, only the elementary stream is the file's.
/// The head has three packets: both tables, and a null packet, which readers pass over, with what
/// <see cref="IContainerReader.LocateAsync"/> has to know.
/// </summary>
internal static class TsMiniFile
{
    private const int HeadLength = 3 * TsLayout.PacketLength;
    private const int PmtPid = 0x1000;
    private const int VideoPid = 0x100;
    private const int NullPid = 0x1FFF;
    private const int HeaderLength = 4;

    public static byte[] BuildHead(TsVideo video)
    {
        var head = new byte[HeadLength];
        WriteSection(head, pid: 0, [0, 0xB0, 13, 0, 1, 0xC1, 0, 0, 0, 1, 0xE0 | PmtPid >> 8, PmtPid & 0xFF]);
        WriteSection(
            head.AsSpan(TsLayout.PacketLength),
            PmtPid,
            [2, 0xB0, 18, 0, 1, 0xC1, 0, 0, 0xE0 | VideoPid >> 8, VideoPid & 0xFF, 0xF0, 0, video.StreamType, 0xE0 | VideoPid >> 8, VideoPid & 0xFF, 0xF0, 0]);
        var facts = head.AsSpan(2 * TsLayout.PacketLength);
        WriteHeader(facts, NullPid, isStart: false, 0x10);
        facts[HeaderLength] = (byte)video.Stride;
        facts[HeaderLength + 1] = video.StreamType;
        BinaryPrimitives.WriteUInt16BigEndian(facts[(HeaderLength + 2)..], (ushort)video.Pid);
        BinaryPrimitives.WriteInt64BigEndian(facts[(HeaderLength + 4)..], video.FirstPts);
        BinaryPrimitives.WriteUInt64BigEndian(facts[(HeaderLength + 12)..], video.Counter.Packed);
        return head;
    }

    /// <summary>What <see cref="BuildHead"/> was made of; false when it is no such head.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> head, out TsVideo video)
    {
        video = default;
        if (head.Length != HeadLength || head[0] != TsLayout.Sync)
            return false;

        var facts = head[(2 * TsLayout.PacketLength + HeaderLength)..];
        var type = facts[1];
        var known = TsVideo.Types.LastOrDefault(known => known.Type == type);
        video = new(
            facts[0],
            BinaryPrimitives.ReadUInt16BigEndian(facts[2..]),
            known.Coding,
            BinaryPrimitives.ReadInt64BigEndian(facts[4..]),
            PictureCounter.Unpack(BinaryPrimitives.ReadUInt64BigEndian(facts[12..])));
        return TsLayout.IsStride(video.Stride) && video.Pid <= NullPid && known.Codec is not null && head.SequenceEqual(BuildHead(video));
    }

    /// <param name="keyframe">Packets from the first one of the picture on, with others between.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Build(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe)
    {
        if (!TryReadHead(head.Span, out var video))
            return [];

        var stream = TsStream.Read(keyframe.Span, video.Stride, video.Pid, new ArrayBufferWriter<byte>()).Bytes.Span;
        return FoundPicture.Find(video.Coding, stream) is { } picture
            ? [head, Packets(PesWriter.Write(stream[picture.Start..picture.End]))]
            : [];
    }

    private static byte[] Packets(ReadOnlySpan<byte> pes)
    {
        const int Room = TsLayout.PacketLength - HeaderLength;
        // The last packet is filled by an adaptation field, which may need a packet of its own.
        var file = new byte[((pes.Length + Room - 1) / Room + 1) * TsLayout.PacketLength];
        var used = 0;
        for (var counter = 0; !pes.IsEmpty; counter++)
        {
            var packet = file.AsSpan(used, TsLayout.PacketLength);
            var length = Math.Min(pes.Length, Room);
            var stuffing = Room - length;
            WriteHeader(packet, VideoPid, isStart: used == 0, (byte)((stuffing > 0 ? 0x30 : 0x10) | (counter & 0x0F)));
            if (stuffing > 0)
            {
                packet[HeaderLength] = (byte)(stuffing - 1);
                packet.Slice(HeaderLength + 1, stuffing - 1).Fill(0xFF);
                if (stuffing > 1)
                    packet[HeaderLength + 1] = 0;
            }

            pes[..length].CopyTo(packet[(HeaderLength + stuffing)..]);
            pes = pes[length..];
            used += TsLayout.PacketLength;
        }

        return file[..used];
    }

    private static void WriteHeader(Span<byte> packet, int pid, bool isStart, byte control)
    {
        packet[0] = TsLayout.Sync;
        packet[1] = (byte)((isStart ? 0x40 : 0) | pid >> 8);
        packet[2] = (byte)pid;
        packet[3] = control;
    }

    private static void WriteSection(Span<byte> packet, int pid, ReadOnlySpan<byte> section)
    {
        WriteHeader(packet, pid, isStart: true, 0x10);
        packet[(HeaderLength + 1)..].Fill(0xFF);
        section.CopyTo(packet[(HeaderLength + 1)..]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[(HeaderLength + 1 + section.Length)..], Checksum(section));
    }

    /// <summary>ISO/IEC 13818-1 annex A.</summary>
    private static uint Checksum(ReadOnlySpan<byte> section)
    {
        var sum = uint.MaxValue;
        foreach (var value in section)
        {
            sum ^= (uint)value << 24;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 0x8000_0000) != 0 ? sum << 1 ^ 0x04C1_1DB7 : sum << 1;
        }

        return sum;
    }
}
