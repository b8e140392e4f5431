using System.Buffers.Binary;

namespace EventTorrent.Media.Decoding;

/// <summary>Reads the size of a JPEG picture from its frame header (ITU-T T.81 B.2.2).</summary>
internal static class JpegHeader
{
    public static bool TryReadSize(ReadOnlySpan<byte> jpeg, out int width, out int height)
    {
        (width, height) = (0, 0);
        if (!jpeg.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]))
            return false;

        var rest = jpeg[2..];
        while (rest.Length >= 9 && rest[0] == 0xFF)
        {
            // SOF0 to SOF15 without DHT, JPG and DAC, which share the range.
            if (rest[1] is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                height = BinaryPrimitives.ReadUInt16BigEndian(rest[5..]);
                width = BinaryPrimitives.ReadUInt16BigEndian(rest[7..]);
                return width > 0 && height > 0;
            }

            var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            rest = rest[Math.Min(length, rest.Length)..];
        }

        return false;
    }
}
