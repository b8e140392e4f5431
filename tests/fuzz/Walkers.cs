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

    /// <summary>AVI: chunks and lists (RIFF).</summary>
    public static List<Element> Riff(byte[] file)
    {
        var elements = new List<Element>();
        WalkRiff(file, 0, file.Length, elements, depth: 0);
        return elements;
    }

    /// <summary>FLV: tags, each with its length behind it.</summary>
    public static List<Element> Flv(byte[] file)
    {
        var elements = new List<Element>();
        for (var position = 13; position + 15 <= file.Length;)
        {
            var length = 15 + (int)Number(file.AsSpan(position + 1, 3));
            if (length > file.Length - position)
                break;
            elements.Add(new(position, 11, length, SizeKind.BigEndian, 1, 3));
            position += length;
        }

        return elements;
    }

    /// <summary>ASF: objects on two levels.</summary>
    public static List<Element> Asf(byte[] file)
    {
        var elements = new List<Element>();
        WalkAsf(file, 0, file.Length, elements);
        return elements;
    }

    /// <summary>Packets of a transport stream, which have no size.</summary>
    public static List<Element> Ts(byte[] file)
    {
        var stride = file.Length > 4 && file[0] != 0x47 ? 192 : 188;
        return [.. Enumerable.Range(0, file.Length / stride).Select(i => new Element(i * stride, stride - 184, stride, SizeKind.None, 0, 0))];
    }

    /// <summary>Packets of a program stream: start codes from BB on have a size.</summary>
    public static List<Element> Ps(byte[] file)
    {
        var elements = new List<Element>();
        for (var position = 0; position + 14 <= file.Length;)
        {
            var isPacket = file[position] == 0 && file[position + 1] == 0 && file[position + 2] == 1 && file[position + 3] >= 0xBB;
            var length = isPacket ? 6 + (int)Number(file.AsSpan(position + 4, 2)) : 1;
            if (length > file.Length - position)
                break;
            if (isPacket)
                elements.Add(new(position, 6, length, SizeKind.BigEndian, 4, 2));
            position += length;
        }

        return elements;
    }

    /// <summary>Lines of text, each with its end.</summary>
    public static List<Element> Lines(byte[] file)
    {
        var elements = new List<Element>();
        for (var position = 0; position < file.Length;)
        {
            var length = file.AsSpan(position).IndexOf((byte)'\n') + 1;
            if (length == 0)
                break;
            elements.Add(new(position, 0, length, SizeKind.None, 0, 0));
            position += length;
        }

        return elements;
    }

    private static void WalkRiff(byte[] file, int from, int to, List<Element> elements, int depth)
    {
        for (var position = from; position + 12 <= to;)
        {
            var length = 8L + BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(position + 4));
            if (length > to - position)
                return;

            var isList = Encoding.Latin1.GetString(file, position, 4) is "RIFF" or "LIST";
            elements.Add(new(position, isList ? 12 : 8, (int)length, SizeKind.LittleEndian, 4, 4));
            if (depth < MaxDepth && isList)
                WalkRiff(file, position + 12, position + (int)length, elements, depth + 1);
            position += (int)(length + (length & 1));
        }
    }

    private static void WalkAsf(byte[] file, int from, int to, List<Element> elements)
    {
        for (var position = from; position + 24 <= to;)
        {
            var length = BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(position + 16));
            if (length < 24 || length > (ulong)(to - position))
                return;

            elements.Add(new(position, 24, (int)length, SizeKind.LittleEndian, 16, 8));
            if (position == 0)
                WalkAsf(file, 30, (int)length, elements);
            position += (int)length;
        }
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
