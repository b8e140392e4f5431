using System.Buffers.Binary;
using System.Text;

namespace EventTorrent.Media.Tests.Support;

/// <summary>Takes MP4 files apart and puts them together wrongly, without any code of the product.</summary>
internal static class Mp4Bytes
{
    private static readonly HashSet<string> Holders = ["moov", "trak", "mdia", "minf", "stbl", "edts", "dinf", "udta"];

    public static byte[] Box(string type, params byte[][] content)
    {
        var body = content.SelectMany(part => part).ToArray();
        return [.. UInt32((uint)(8 + body.Length)), .. Encoding.Latin1.GetBytes(type), .. body];
    }

    public static byte[] UInt32(params uint[] values) => [.. values.SelectMany(value =>
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    })];

    public static byte[] UInt64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>All boxes of a sound file at all depths: path such as "moov/trak/tkhd", position and length.</summary>
    public static List<(string Path, int Offset, int Length)> Walk(byte[] file) => Walk(file, 0, file.Length, "");

    public static (string Path, int Offset, int Length) Find(byte[] file, string path) => Walk(file).First(box => box.Path == path);

    /// <summary>The same file with other bytes for one box; the boxes around it get the right size. Offsets in tables stay as they are.</summary>
    public static byte[] Replace(byte[] file, string path, Func<byte[], byte[]> edit)
    {
        var (_, offset, length) = Find(file, path);
        var box = edit(file[offset..(offset + length)]);
        byte[] result = [.. file[..offset], .. box, .. file[(offset + length)..]];
        for (var parent = Parent(path); parent != ""; parent = Parent(parent))
        {
            var start = Find(file, parent);
            Put(result, start.Offset, (uint)(start.Length + box.Length - length));
        }

        return result;
    }

    /// <summary>The same file with one number changed, at a position inside a box.</summary>
    public static byte[] With(byte[] file, string path, int position, uint value)
    {
        var copy = file.ToArray();
        Put(copy, Find(file, path).Offset + position, value);
        return copy;
    }

    public static void Put(byte[] file, int position, uint value) => BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(position), value);

    private static string Parent(string path) => path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : "";

    private static List<(string Path, int Offset, int Length)> Walk(byte[] file, int from, int to, string prefix)
    {
        var boxes = new List<(string, int, int)>();
        for (var position = from; position + 8 <= to;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(position));
            var type = Encoding.Latin1.GetString(file, position + 4, 4);
            if (length < 8)
                break;
            boxes.Add((prefix + type, position, length));
            if (Holders.Contains(type))
                boxes.AddRange(Walk(file, position + 8, position + length, prefix + type + "/"));
            position += length;
        }

        return boxes;
    }
}
