using System.Buffers.Binary;

namespace EventTorrent.Media.Containers;

/// <summary>
/// Names a container by its first bytes, never by the file's name: ffmpeg is told what to expect, so that a playlist or
/// script dressed as a video is never followed.
/// </summary>
internal static class ContainerSniffer
{
    public const string Mp4 = "mp4";
    public const string Avi = "avi";
    public const string Flv = "flv";
    public const string Asf = "asf";
    public const string Ts = "mpeg-ts";
    public const string Ps = "mpeg-ps";
    public const string Matroska = "matroska";

    /// <summary>Bytes that suffice to tell all containers apart.</summary>
    public const int HeadBytes = 2048;

    private static ReadOnlySpan<byte> AsfHeader => [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9, 0x00, 0xAA, 0x00, 0x62, 0xCE, 0x6C];

    /// <returns>Null when it is no video container that is known.</returns>
    public static string? Sniff(ReadOnlySpan<byte> head)
    {
        if (IsMp4(head))
            return Mp4;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
            return Matroska;
        if (head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..12].SequenceEqual("AVI "u8))
            return Avi;
        if (head.StartsWith(AsfHeader))
            return Asf;
        if (head.StartsWith("FLV\u0001"u8))
            return Flv;
        if (head.StartsWith("OggS"u8))
            return "ogg";
        if (head.StartsWith(".RMF"u8))
            return "realmedia";
        if (head.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0xBA]))
            return Ps;
        return IsTransportStream(head, packet: 188) || IsTransportStream(head, packet: 192) || IsTransportStream(head, packet: 204)
            ? Ts
            : null;
    }

    /// <summary>The first box is one of those that ISO/IEC 14496-12 and QuickTime allow there, of a size that can be.</summary>
    private static bool IsMp4(ReadOnlySpan<byte> head)
    {
        if (head.Length < 8)
            return false;

        var size = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (size is > 1 and < 8)
            return false;

        var type = head[4..8];
        return type.SequenceEqual("ftyp"u8) || type.SequenceEqual("moov"u8) || type.SequenceEqual("mdat"u8)
            || type.SequenceEqual("wide"u8) || type.SequenceEqual("free"u8) || type.SequenceEqual("skip"u8)
            || type.SequenceEqual("pnot"u8) || type.SequenceEqual("styp"u8) || type.SequenceEqual("sidx"u8)
            || type.SequenceEqual("moof"u8) || type.SequenceEqual("uuid"u8);
    }

    /// <summary>ISO/IEC 13818-1 2.4.3.2: each packet starts with 0x47. The file may begin inside one; Blu-ray puts four bytes before each.</summary>
    private static bool IsTransportStream(ReadOnlySpan<byte> head, int packet)
    {
        const int Packets = 5;
        const int LeastPackets = 3;
        for (var first = 0; first < packet; first++)
        {
            var packets = Math.Min(Packets, (head.Length - first + packet - 1) / packet);
            var synced = 0;
            while (synced < packets && head[first + synced * packet] == 0x47)
                synced++;
            if (synced == packets && packets >= LeastPackets)
                return true;
        }

        return false;
    }
}
