using System.Buffers.Binary;
using System.Text;

namespace EventTorrent.Fuzz;

/// <summary>Takes sound files apart, without any code of the product. Parents come before their children.</summary>
internal static class Walkers
{
    /// <summary>Mutations nest deeper than a stack has room for.</summary>
    private const int MaxDepth = 64;

    private static readonly HashSet<string> Boxes =
    [
        "moov", "trak", "mdia", "minf", "stbl", "edts", "dinf", "udta", "mvex", "moof", "traf", "mfra",
    ];

    /// <summary>Segment, SeekHead, Seek, Info, Tracks, TrackEntry, Video, Colour, ContentEncodings and below, Cluster, BlockGroup, Cues and below (RFC 9559, 5).</summary>
    private static readonly HashSet<ulong> Masters =
    [
        0x18538067, 0x114D9B74, 0x4DBB, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0, 0x55B0, 0x6D80, 0x6240, 0x5034, 0x1F43B675, 0xA0, 0x1C53BB6B, 0xBB, 0xB7,
    ];

    /// <summary>MP4 and QuickTime (ISO/IEC 14496-12, 4.2), sizes of 32 bits.</summary>
    public static List<Element> Mp4(byte[] file)
    {
        var elements = new List<Element>();
        WalkBoxes(file, 0, file.Length, elements, depth: 0);
        return elements;
    }

    /// <summary>Matroska and WebM (RFC 8794).</summary>
    public static List<Element> Ebml(byte[] file)
    {
        var elements = new List<Element>();
        WalkEbml(file, 0, file.Length, elements, depth: 0);
        return elements;
    }

    private static void WalkBoxes(byte[] file, int from, int to, List<Element> elements, int depth)
    {
        for (var position = from; position + 8 <= to;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(position));
            if (length < 8 || length > to - position)
                return;

            elements.Add(new(position, 8, length, SizeKind.BigEndian, 0, 4));
            if (depth < MaxDepth && Boxes.Contains(Encoding.Latin1.GetString(file, position + 4, 4)))
                WalkBoxes(file, position + 8, position + length, elements, depth + 1);
            position += length;
        }
    }

    private static void WalkEbml(byte[] file, int from, int to, List<Element> elements, int depth)
    {
        for (var position = from; position + 2 <= to;)
        {
            var idLength = VintLength(file[position]);
            if (idLength > 4 || position + idLength >= to)
                return;

            var sizeLength = VintLength(file[position + idLength]);
            var header = idLength + sizeLength;
            if (sizeLength > 8 || position + header > to)
                return;

            var id = Number(file.AsSpan(position, idLength));
            var mask = (1UL << 7 * sizeLength) - 1;
            var size = Number(file.AsSpan(position + idLength, sizeLength)) & mask;
            var length = size == mask ? to - position : (int)Math.Min(size + (ulong)header, (ulong)(to - position));
            elements.Add(new(position, header, length, SizeKind.Vint, idLength, sizeLength));
            if (depth < MaxDepth && Masters.Contains(id))
                WalkEbml(file, position + header, position + length, elements, depth + 1);
            position += length;
        }
    }

    private static int VintLength(byte first) => System.Numerics.BitOperations.LeadingZeroCount((uint)first) - 24 + 1;

    private static ulong Number(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        foreach (var part in bytes)
            value = value << 8 | part;
        return value;
    }
}
