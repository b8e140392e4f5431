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
    private const ushort Long = 4;
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
        var tags = Segment(description, comment);
        return tags.Length < MaxBytes ? [0xFF, 0xD8, .. tags, .. jpeg[2..]] : throw new ArgumentException("Too long.", nameof(infohash));
    }

    /// <summary>
    /// An APP1 segment: IFD0 with the description and the place of the Exif IFD, which holds its version and the comment.
    /// Offsets count from the byte order mark.
    /// </summary>
    private static byte[] Segment(string description, string comment)
    {
        const int Header = 8;
        const int Ifd = 2 + (2 * 12) + 4;
        byte[] text = [.. Encoding.ASCII.GetBytes(description), 0];
        byte[] remark = [.. "ASCII\0\0\0"u8, .. Encoding.ASCII.GetBytes(comment)];
        var texts = Header + (2 * Ifd);
        byte[] tiff =
        [
            .. "MM\0*"u8, .. UInt32(Header),
            .. UInt16(2), .. Entry(0x010E, Ascii, text.Length, UInt32(texts)), .. Entry(0x8769, Long, 1, UInt32(Header + Ifd)), .. UInt32(0),
            .. UInt16(2), .. Entry(0x9000, Undefined, 4, "0232"u8), .. Entry(0x9286, Undefined, remark.Length, UInt32(texts + text.Length)), .. UInt32(0),
            .. text, .. remark,
        ];
        return [0xFF, 0xE1, .. UInt16(2 + 6 + tiff.Length), .. "Exif\0\0"u8, .. tiff];
    }

    private static byte[] Entry(int tag, ushort type, int count, ReadOnlySpan<byte> value) =>
        [.. UInt16(tag), .. UInt16(type), .. UInt32(count), .. value];

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
