using System.Buffers.Binary;

namespace EventTorrent.Media.Tests.Support;

/// <summary>Takes AVI files that ffmpeg made apart and puts them together otherwise, without any code of the product.</summary>
internal static class AviBytes
{
    /// <summary>Position of the first chunk of that name at the level of the file.</summary>
    public static int Find(byte[] file, string name)
    {
        for (var at = 12; at + 12 <= file.Length; at += 8 + Int32(file, at + 4) + (Int32(file, at + 4) & 1))
        {
            if (Name(file, Name(file, at) == "LIST" ? at + 8 : at) == name)
                return at;
        }

        return -1;
    }

    public static byte[] WithoutIndex(byte[] file) => file[..Find(file, "idx1")];

    /// <summary>Offsets in idx1 count from the start of the file instead of the list "movi".</summary>
    public static byte[] WithAbsoluteOffsets(byte[] file)
    {
        var copy = file.ToArray();
        var (idx1, movi) = (Find(file, "idx1"), Find(file, "movi") + 8);
        for (var at = idx1 + 8; at < idx1 + 8 + Int32(file, idx1 + 4); at += 16)
            BinaryPrimitives.WriteInt32LittleEndian(copy.AsSpan(at + 8), movi + Int32(file, at + 8));
        return copy;
    }

    /// <summary>In idx1 the picture behind each keyframe but the first is flagged in its place.</summary>
    public static byte[] WithFlagsMoved(byte[] file)
    {
        var copy = file.ToArray();
        var idx1 = Find(file, "idx1");
        for (var at = idx1 + 8 + 16; at < idx1 + 8 + Int32(file, idx1 + 4); at += 16)
            copy[at + 4] = (byte)(at == idx1 + 8 + 16 ? 0 : file[at + 4 - 16] & 0x10);
        return copy;
    }

    /// <summary>idx1 becomes two chunks ix00 of OpenDML, and the header's padding the indx that names them.</summary>
    public static byte[] WithOpenDml(byte[] file)
    {
        var (idx1, movi) = (Find(file, "idx1"), Find(file, "movi") + 8);
        var entries = Enumerable.Range(0, Int32(file, idx1 + 4) / 16).Select(i => idx1 + 8 + 16 * i)
            .Where(at => Name(file, at) == "00dc")
            .Select(at => (Offset: movi + Int32(file, at + 8) + 8, Length: Int32(file, at + 12), IsKey: (file[at + 4] & 0x10) != 0))
            .ToList();
        var halves = entries.Chunk((entries.Count + 1) / 2).Select(half => Standard(half, movi)).ToList();
        var indx = Indx([(idx1, halves[0].Length), (idx1 + halves[0].Length, halves[1].Length)]);
        var junk = file.AsSpan().IndexOf("JUNK"u8);
        Number(Int32(file, junk + 4)).CopyTo(indx, 4);
        byte[] copy = [.. file[..idx1], .. halves[0], .. halves[1]];
        indx.CopyTo(copy, junk);
        return copy;
    }

    private static byte[] Standard((int Offset, int Length, bool IsKey)[] entries, int origin) =>
    [
        .. "ix00"u8, .. Number(24 + 8 * entries.Length), 2, 0, 0, 1, .. Number(entries.Length), .. "00dc"u8, .. Number(origin), .. Number(0), .. Number(0),
        .. entries.SelectMany(entry => (byte[])[.. Number(entry.Offset - origin), .. Number(entry.Length | (entry.IsKey ? 0 : int.MinValue))]),
    ];

    private static byte[] Indx((int Offset, int Length)[] entries) =>
    [
        .. "indx"u8, .. Number(0), 4, 0, 0, 0, .. Number(entries.Length), .. "00dc"u8, .. Number(0), .. Number(0), .. Number(0),
        .. entries.SelectMany(entry => (byte[])[.. Number(entry.Offset), .. Number(0), .. Number(entry.Length), .. Number(0)]),
    ];

    private static string Name(byte[] file, int at) => System.Text.Encoding.Latin1.GetString(file, at, 4);

    private static int Int32(byte[] file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));

    private static byte[] Number(int value) => BitConverter.GetBytes(value);
}
