using System.Text;

namespace EventTorrent.Media.Containers.Matroska;

/// <summary>A video track (RFC 9559, 5.1.4.1).</summary>
internal sealed class MatroskaTrack
{
    private const ulong VideoType = 1;
    private const ulong EncryptionType = 1;
    private const int MaxCodecLength = 32;

    private MatroskaTrack(ReadOnlyMemory<byte> entry) => Entry = entry;

    /// <summary>Body of the TrackEntry.</summary>
    public ReadOnlyMemory<byte> Entry { get; }

    /// <summary>What blocks call the track.</summary>
    public ulong Number { get; private set; }

    /// <summary>Printable, such as "V_MPEG4/ISO/AVC".</summary>
    public string Codec { get; private set; } = "";

    public bool IsEnabled { get; private set; } = true;

    public bool IsDefault { get; private set; } = true;

    /// <summary>One of its content encodings is encryption, so no block can be read without a key.</summary>
    public bool IsEncrypted { get; private set; }

    /// <summary>Of a kind that cover art has when a tool keeps it as a track.</summary>
    public bool IsStillCodec => Codec is "V_MJPEG" or "V_PNG";

    /// <summary>Width x height in pixels.</summary>
    public ulong Area { get; private set; }

    /// <summary>Null when the track is of another kind or has no number.</summary>
    public static MatroskaTrack? ReadVideo(ReadOnlyMemory<byte> entry)
    {
        var track = new MatroskaTrack(entry);
        var type = 0UL;
        var elements = new EbmlReader(entry);
        while (elements.MoveNext())
        {
            switch (elements.Id)
            {
                case MatroskaId.TrackNumber: track.Number = elements.UInt64; break;
                case MatroskaId.TrackType: type = elements.UInt64; break;
                case MatroskaId.FlagEnabled: track.IsEnabled = elements.UInt64 != 0; break;
                case MatroskaId.FlagDefault: track.IsDefault = elements.UInt64 != 0; break;
                case MatroskaId.CodecId: track.Codec = Printable(elements.Body.Span); break;
                case MatroskaId.Video: track.Area = ReadArea(elements.Body); break;
                case MatroskaId.ContentEncodings: track.IsEncrypted = HasEncryption(elements.Body); break;
            }
        }

        return type == VideoType && track.Number > 0 && track.Codec.Length > 0 ? track : null;
    }

    private static string Printable(ReadOnlySpan<byte> text)
    {
        var name = text[..Math.Min(text.Length, MaxCodecLength)].TrimEnd((byte)0);
        return string.Concat(Encoding.Latin1.GetString(name).Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '.'));
    }

    private static ulong ReadArea(ReadOnlyMemory<byte> video)
    {
        var (width, height) = (0UL, 0UL);
        var elements = new EbmlReader(video);
        while (elements.MoveNext())
        {
            if (elements.Id == MatroskaId.PixelWidth)
                width = Math.Min(elements.UInt64, ushort.MaxValue);
            if (elements.Id == MatroskaId.PixelHeight)
                height = Math.Min(elements.UInt64, ushort.MaxValue);
        }

        return width * height;
    }

    private static bool HasEncryption(ReadOnlyMemory<byte> encodings)
    {
        var elements = new EbmlReader(encodings);
        while (elements.MoveNext())
        {
            if (elements.Id != MatroskaId.ContentEncoding)
                continue;

            var fields = new EbmlReader(elements.Body);
            while (fields.MoveNext())
            {
                if (fields.Id == MatroskaId.ContentEncodingType && fields.UInt64 == EncryptionType)
                    return true;
            }
        }

        return false;
    }
}
