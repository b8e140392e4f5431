using System.Buffers.Binary;
using System.Globalization;
using EventTorrent.Media.Containers.Mp4;

namespace EventTorrent.Media.Hls;

/// <summary>What the header of a fragmented MP4 says of its one track, in the words of RFC 6381.</summary>
internal static class HeaderCodec
{
    /// <summary>Bytes of a sample entry before its boxes (ISO/IEC 14496-12 12.1.3 and 12.2.3).</summary>
    private const int VideoFieldsLength = 78;
    private const int AudioFieldsLength = 28;

    /// <param name="header">What EXT-X-MAP names.</param>
    /// <param name="profile">Of sound: the object type that the source names, as a header may name its core only.</param>
    /// <returns>Null when there is no track, or none of a kind that we write.</returns>
    public static string? Read(ReadOnlyMemory<byte> header, int profile = 0)
    {
        var level = header;
        foreach (var box in (string[])["moov", "trak", "mdia", "minf", "stbl", "stsd"])
            level = BoxReader.Find(level, System.Text.Encoding.ASCII.GetBytes(box));
        var entries = new BoxReader(level.Length > 8 ? level[8..] : default);
        if (!entries.MoveNext())
            return null;

        return entries.Is("avc1"u8) ? Avc(Config(entries, VideoFieldsLength, "avcC"u8))
            : entries.Is("hvc1"u8) ? Hevc(Config(entries, VideoFieldsLength, "hvcC"u8))
            : entries.Is("av01"u8) ? Av1(Config(entries, VideoFieldsLength, "av1C"u8), Config(entries, VideoFieldsLength, "colr"u8))
            : entries.Is("mp4a"u8) ? Aac(Config(entries, AudioFieldsLength, "esds"u8), profile)
            : null;
    }

    private static ReadOnlySpan<byte> Config(BoxReader entry, int fieldsLength, ReadOnlySpan<byte> type) =>
        entry.Body.Length > fieldsLength ? BoxReader.Find(entry.Body[fieldsLength..], type).Span : default;

    /// <summary>ISO/IEC 14496-15 5.3.3.1.2: profile, constraints, level.</summary>
    private static string? Avc(ReadOnlySpan<byte> config) => config.Length < 4 ? null : $"avc1.{Convert.ToHexString(config[1..4])}";

    /// <summary>ISO/IEC 14496-15 Annex E.3, of what 8.3.3.1.2 describes.</summary>
    private static string? Hevc(ReadOnlySpan<byte> config)
    {
        if (config.Length < 13)
            return null;

        var space = (config[1] >> 6) switch { 0 => "", var number => ((char)('A' + number - 1)).ToString() };
        var tier = (config[1] & 0x20) != 0 ? 'H' : 'L';
        var compatibility = Reverse(BinaryPrimitives.ReadUInt32BigEndian(config[2..]));
        var constraints = config[6..12].TrimEnd((byte)0);
        var text = string.Create(CultureInfo.InvariantCulture, $"hvc1.{space}{config[1] & 0x1F}.{compatibility:X}.{tier}{config[12]}");
        foreach (var value in constraints)
            text += string.Create(CultureInfo.InvariantCulture, $".{value:X}");
        return text;
    }

    /// <summary>
    /// AV1 Codec ISO Media File Format Binding, section 5, of what 2.3.3 describes. What follows the bit depth is left out where it is all as
    /// in ordinary video.
    /// </summary>
    private static string? Av1(ReadOnlySpan<byte> config, ReadOnlySpan<byte> colour)
    {
        if (config.Length < 4)
            return null;

        var (profile, level) = (config[1] >> 5, config[1] & 0x1F);
        var tier = (config[2] & 0x80) != 0 ? 'H' : 'M';
        var bits = (config[2] & 0x40) == 0 ? 8 : profile == 2 && (config[2] & 0x20) != 0 ? 12 : 10;
        var name = string.Create(CultureInfo.InvariantCulture, $"av01.{profile}.{level:00}{tier}.{bits:00}");
        var monochrome = (config[2] & 0x10) >> 4;
        var (primaries, transfer, matrix, full) = Colour(colour);
        return monochrome == 0 && (primaries, transfer, matrix, full) == (1, 1, 1, 0)
            ? name
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{name}.{monochrome}.{(config[2] >> 3) & 1}{(config[2] >> 2) & 1}{config[2] & 3}.{primaries:00}.{transfer:00}.{matrix:00}.{full}");
    }

    /// <summary>ISO/IEC 14496-12 12.1.5; what is not said, or said to be unknown (Rec. ITU-T H.273), is taken as that of HD video.</summary>
    private static (int Primaries, int Transfer, int Matrix, int Full) Colour(ReadOnlySpan<byte> colour)
    {
        return colour.Length >= 11 && colour.StartsWith("nclx"u8) ? (Value(colour[4..]), Value(colour[6..]), Value(colour[8..]), colour[10] >> 7) : (1, 1, 1, 0);

        static int Value(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes) is var value and not (0 or 2) and < 100 ? value : 1;
    }

    /// <summary>ISO/IEC 14496-1 7.2.6: descriptors in descriptors, down to the first five bits of AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1).</summary>
    private static string? Aac(ReadOnlySpan<byte> esds, int profile)
    {
        const int LowComplexity = 2;
        var stream = Descriptor(esds.Length > 4 ? esds[4..] : default, 3);
        var config = Descriptor(stream.Length > 3 ? stream[3..] : default, 4);
        var specific = Descriptor(config.Length > 13 ? config[13..] : default, 5);
        if (specific.IsEmpty)
            return null;

        var type = specific[0] >> 3;
        return string.Create(CultureInfo.InvariantCulture, $"mp4a.40.{(type == LowComplexity && profile > LowComplexity ? profile : type)}");
    }

    /// <returns>What the descriptor holds; nothing when another is there.</returns>
    private static ReadOnlySpan<byte> Descriptor(ReadOnlySpan<byte> bytes, byte tag)
    {
        if (bytes.IsEmpty || bytes[0] != tag)
            return default;

        // Seven bits each, at most four of them.
        var length = 0;
        for (var i = 1; i < Math.Min(bytes.Length, 5); i++)
        {
            length = (length << 7) | (bytes[i] & 0x7F);
            if ((bytes[i] & 0x80) == 0)
                return bytes[(i + 1)..Math.Min(bytes.Length, i + 1 + length)];
        }

        return default;
    }

    private static uint Reverse(uint value)
    {
        var reversed = 0u;
        for (var bit = 0; bit < 32; bit++, value >>= 1)
            reversed = (reversed << 1) | (value & 1);
        return reversed;
    }
}
