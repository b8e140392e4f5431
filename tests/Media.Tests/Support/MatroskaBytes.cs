using System.Buffers.Binary;
using System.Numerics;

namespace EventTorrent.Media.Tests.Support;

/// <summary>Takes Matroska files apart and puts them together wrongly, without any code of the product.</summary>
internal static class MatroskaBytes
{
    private static readonly HashSet<uint> Masters =
    [
        0x18538067, 0x114D9B74, 0x4DBB, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0, 0x6D80, 0x6240, 0x5034, 0x1F43B675, 0xA0, 0x1C53BB6B, 0xBB, 0xB7,
    ];

    /// <summary>An element with a size of eight bytes.</summary>
    public static byte[] Element(uint id, params byte[][] content)
    {
        var body = content.SelectMany(part => part).ToArray();
        var size = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(size, 1UL << 56 | (uint)body.Length);
        return [.. Id(id), .. size, .. body];
    }

    public static byte[] Id(uint id)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, id);
        return bytes.AsSpan().TrimStart((byte)0).ToArray();
    }

    public static byte[] Number(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>All elements of a sound file at all depths, parents first.</summary>
    public static List<(uint Id, int Offset, int HeaderLength, int Length)> Walk(byte[] file)
    {
        var elements = new List<(uint, int, int, int)>();
        Walk(file, 0, file.Length, elements);
        return elements;
    }

    public static (uint Id, int Offset, int HeaderLength, int Length) Find(byte[] file, uint id) => Walk(file).First(element => element.Id == id);

    /// <summary>A file of one track with other bytes for its simple blocks and more in its track; sizes fit, positions are gone.</summary>
    /// <param name="editBlock">Gets a block from its track number on.</param>
    public static byte[] Rebuild(byte[] file, Func<byte[], byte[]> editBlock, params byte[][] moreInTrack)
    {
        const uint Segment = 0x18538067, Info = 0x1549A966, Tracks = 0x1654AE6B, TrackEntry = 0xAE, Cluster = 0x1F43B675, Timestamp = 0xE7, SimpleBlock = 0xA3;
        var elements = Walk(file);
        byte[] Body((uint Id, int Offset, int HeaderLength, int Length) element) => file[(element.Offset + element.HeaderLength)..(element.Offset + element.Length)];
        var parts = new List<byte[]>
        {
            Element(Info, Body(elements.First(element => element.Id == Info))),
            Element(Tracks, Element(TrackEntry, [Body(elements.First(element => element.Id == TrackEntry)), .. moreInTrack])),
        };
        var blocks = new List<byte[]>();
        foreach (var element in elements.SkipWhile(element => element.Id != Cluster).Append((Id: Cluster, Offset: file.Length, HeaderLength: 0, Length: 0)))
        {
            if (element.Id == Cluster && blocks.Count > 0)
            {
                parts.Add(Element(Cluster, [.. blocks]));
                blocks.Clear();
            }

            if (element.Id == Timestamp)
                blocks.Add(Element(Timestamp, Body(element)));
            if (element.Id == SimpleBlock)
                blocks.Add(Element(SimpleBlock, editBlock(Body(element))));
        }

        return [.. file[..elements.First(element => element.Id == Segment).Offset], .. Element(Segment, [.. parts])];
    }

    /// <summary>Where the data of a keyframe's block begins inside its element, and how long it is.</summary>
    public static (int Offset, int Length) PayloadOf(ReadOnlySpan<byte> element)
    {
        const uint BlockGroup = 0xA0;
        var (id, header, length) = ReadHeader(element);
        if (id != BlockGroup)
            return (header, length - header);

        var (_, inner, innerLength) = ReadHeader(element[header..]);
        return (header + inner, innerLength - inner);
    }

    private static void Walk(byte[] file, int from, int to, List<(uint, int, int, int)> elements)
    {
        for (var position = from; position + 2 <= to;)
        {
            var (id, header, length) = ReadHeader(file.AsSpan(position, to - position));
            elements.Add((id, position, header, length));
            if (Masters.Contains(id))
                Walk(file, position + header, position + length, elements);
            position += length;
        }
    }

    private static (uint Id, int HeaderLength, int Length) ReadHeader(ReadOnlySpan<byte> bytes)
    {
        var idLength = BitOperations.LeadingZeroCount((uint)bytes[0]) - 23;
        var sizeLength = BitOperations.LeadingZeroCount((uint)bytes[idLength]) - 23;
        var header = idLength + sizeLength;
        var mask = (1UL << 7 * sizeLength) - 1;
        var size = Read(bytes.Slice(idLength, sizeLength)) & mask;
        // An unknown size reaches to the end.
        return ((uint)Read(bytes[..idLength]), header, size == mask ? bytes.Length : header + (int)size);
    }

    private static ulong Read(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        foreach (var part in bytes)
            value = value << 8 | part;
        return value;
    }
}
