using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EventTorrent.Workers.Screenshot;

/// <summary>
/// Writes into a JPEG where it comes from, as Exif tags (CIPA DC-008): ImageDescription for people, UserComment as JSON for
/// programs. Digits and words of ours only: no name of a torrent gets in.
/// </summary>
public static class PictureTags
{
    /// <summary>A picture grows by less than this.</summary>
    public const int MaxBytes = 1024;

    private const ushort Ascii = 2;
    private const ushort Short = 3;
    private const ushort Long = 4;
    private const ushort Rational = 5;
    private const ushort Undefined = 7;

    /// <summary>The picture with its tags, in front of all that is in it.</summary>
    /// <param name="infohash">Hex digits, or null for a picture of a local file.</param>
    /// <param name="file">Index of the file in the torrent.</param>
    public static byte[] Write(Media.Screenshot shot, string? infohash, int file, bool verified)
    {
        var jpeg = shot.Jpeg.Span;
        if (!jpeg.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]))
        {
            throw new ArgumentException("Not a JPEG.", nameof(shot));
        }

        var source = infohash is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{infohash} file {file} ");
        var description = string.Create(
            CultureInfo.InvariantCulture, $"EventTorrent {source}at {shot.TakenAt:c}, {(verified ? "verified" : "unverified")}");
        var comment = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"infohash":{{(infohash is null ? "null" : $"\"{infohash}\"")}},"file":{{file}},"time_s":{{shot.WantedAt.TotalSeconds:0.###}},"keyframe_time_s":{{shot.TakenAt.TotalSeconds:0.###}},"verified":{{(verified ? "true" : "false")}}}""");
        var tags = Segment(description, comment, shot.Width, shot.Height);
        return tags.Length < MaxBytes ? [0xFF, 0xD8, .. tags, .. jpeg[2..]] : throw new ArgumentException("Too long.", nameof(infohash));
    }

    /// <summary>An APP1 segment: IFD0 and behind it the Exif IFD, with the tags that every file must have. Offsets count from the byte order mark.</summary>
    private static byte[] Segment(string description, string comment, int width, int height)
    {
        const int Header = 8;
        byte[] dotsPerInch = [.. UInt32(72), .. UInt32(1)];
        var exifAt = Header + Main(0).Length;
        byte[] tiff = [.. "MM\0*"u8, .. UInt32(Header), .. Main(exifAt), .. Exif()];
        return [0xFF, 0xE1, .. UInt16(2 + 6 + tiff.Length), .. "Exif\0\0"u8, .. tiff];

        byte[] Main(int exif) => Directory(
            Header,
            (0x010E, Ascii, [.. Encoding.ASCII.GetBytes(description), 0]),
            (0x011A, Rational, dotsPerInch),
            (0x011B, Rational, dotsPerInch),
            (0x0128, Short, UInt16(2)), // inches
            (0x0213, Short, UInt16(1)), // colour samples in the middle of their pixels
            (0x8769, Long, UInt32(exif)));

        byte[] Exif() => Directory(
            exifAt,
            (0x9000, Undefined, [.. "0232"u8]),
            (0x9101, Undefined, [1, 2, 3, 0]), // Y, Cb, Cr
            (0x9286, Undefined, [.. "ASCII\0\0\0"u8, .. Encoding.ASCII.GetBytes(comment)]),
            (0xA000, Undefined, [.. "0100"u8]),
            (0xA001, Short, UInt16(1)), // sRGB
            (0xA002, Long, UInt32(width)),
            (0xA003, Long, UInt32(height)));
    }

    /// <summary>An image file directory (TIFF 6.0, section 2) with the values that do not fit into its entries behind it, each at an even offset.</summary>
    private static byte[] Directory(int at, params ReadOnlySpan<(int Tag, ushort Type, byte[] Value)> entries)
    {
        const int EntryLength = 12;
        const int Inside = 4;
        var behind = new List<byte>();
        var directory = new List<byte>([.. UInt16(entries.Length)]);
        var end = at + 2 + (entries.Length * EntryLength) + 4;
        foreach (var (tag, type, value) in entries)
        {
            var size = type switch { Short => 2, Long => 4, Rational => 8, _ => 1 };
            directory.AddRange([.. UInt16(tag), .. UInt16(type), .. UInt32(value.Length / size)]);
            if (value.Length <= Inside)
            {
                directory.AddRange([.. value, .. new byte[Inside - value.Length]]);
                continue;
            }

            directory.AddRange(UInt32(end + behind.Count));
            behind.AddRange([.. value, .. new byte[value.Length % 2]]);
        }

        return [.. directory, .. UInt32(0), .. behind];
    }

    private static byte[] UInt16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, checked((ushort)value));
        return bytes;
    }

    private static byte[] UInt32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
