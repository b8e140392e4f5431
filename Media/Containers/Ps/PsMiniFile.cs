using System.Buffers;
using System.Buffers.Binary;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ps;

/// <summary>
/// A program stream of one picture: packs and maps are our own, only the elementary stream is the file's. The head is a
/// pack header, the map that names the coding, and a padding packet, which readers pass over, with what
/// <see cref="IContainerReader.LocateAsync"/> has to know.
/// </summary>
internal static class PsMiniFile
{
    private const byte PaddingId = 0xBE;
    private const int FactsLength = 10;

    /// <summary>Clock 0, a rate that is never reached, no stuffing (ISO/IEC 13818-1 2.5.3.3).</summary>
    private static ReadOnlySpan<byte> Pack => [0, 0, 1, 0xBA, 0x44, 0, 4, 0, 4, 1, 0xFF, 0xFF, 0xFF, 0xF8];

    public static byte[] BuildHead(PsVideo video)
    {
        var facts = new byte[FactsLength];
        (facts[0], facts[1]) = (video.StreamId, video.StreamType);
        BinaryPrimitives.WriteInt64BigEndian(facts.AsSpan(2), video.FirstPts);
        // 2.5.4: version, markers, no descriptors, one stream; its checksum is 0, which nobody minds.
        byte[] map = [0x80, 0xFF, 0, 0, 0, 4, video.StreamType, 0xE0, 0, 0, 0, 0, 0, 0];
        return [.. Pack, .. Packet(0xBC, map), .. Packet(PaddingId, [.. facts, .. video.Headers.Span])];
    }

    /// <summary>What <see cref="BuildHead"/> was made of; false when it is no such head.</summary>
    public static bool TryReadHead(ReadOnlyMemory<byte> head, out PsVideo video)
    {
        video = default;
        const int FactsOffset = 14 + 20 + 6;
        if (head.Length < FactsOffset + FactsLength || head.Length > FactsOffset + FactsLength + PsVideo.MaxHeadersBytes)
            return false;

        var facts = head.Span[FactsOffset..];
        var coding = facts[1] switch { 0x1B => Coding.H264, 0x10 => Coding.Mpeg4, 0x02 => Coding.Mpeg2, _ => Coding.Unknown };
        video = new(facts[0], coding, BinaryPrimitives.ReadInt64BigEndian(facts[2..]), head[(FactsOffset + FactsLength)..]);
        return video.StreamId is >= 0xE0 and <= 0xEF && coding != Coding.Unknown && head.Span.SequenceEqual(BuildHead(video));
    }

    /// <param name="keyframe">Packets from the first one of the picture on, with others between.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Build(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe)
    {
        if (!TryReadHead(head, out var video))
            return [];

        var stream = PsStream.Read(keyframe.Span, video.StreamId, new ArrayBufferWriter<byte>()).Bytes;
        if (FoundPicture.Find(video.Coding, stream.Span) is not { } found)
            return [];

        var picture = stream[found.Start..found.End];
        var isSelfContained = video.Coding != Coding.Mpeg2 || picture.Span.IndexOf((ReadOnlySpan<byte>)[0, 0, 1, 0xB3]) >= 0;
        return [head, .. Packets(isSelfContained ? picture : (byte[])[.. video.Headers.Span, .. picture.Span]), (byte[])[0, 0, 1, 0xB9]];
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Packets(ReadOnlyMemory<byte> picture)
    {
        const int MaxPayload = 32 * 1024;
        for (var isFirst = true; !picture.IsEmpty; isFirst = false)
        {
            var part = picture[..Math.Min(picture.Length, MaxPayload)];
            picture = picture[part.Length..];
            // Flags, and in the first packet a time of one second in five bytes.
            byte[] fields = isFirst ? [0x80, 0x80, 5, 0x21, 0x00, 0x05, 0xBF, 0x21] : [0x80, 0, 0];
            yield return Packet(0xE0, [.. fields, .. part.Span]);
        }
    }

    private static byte[] Packet(byte id, ReadOnlySpan<byte> content) =>
        [0, 0, 1, id, (byte)(content.Length >> 8), (byte)content.Length, .. content];
}
