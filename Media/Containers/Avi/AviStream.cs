using System.Buffers.Binary;
using System.Text;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Avi;

/// <summary>A video stream of a header list (AVI RIFF File Reference, strh and strf).</summary>
internal sealed class AviStream
{
    /// <summary>Length of AVISTREAMHEADER without its last field, which some writers leave out.</summary>
    private const int LeastHeaderLength = 48;

    /// <summary>Names of chunks have two digits for the stream.</summary>
    private const int MaxStreams = 100;

    private AviStream(int number, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> format, ReadOnlyMemory<byte> strl)
    {
        Number = number;
        Header = header;
        Format = format;
        Properties = RiffReader.Find(strl, "vprp"u8);
        SuperIndex = RiffReader.Find(strl, "indx"u8);
        Codec = ReadCodec(format.Span);
        Coding = CodingNames.OfFourCC(Codec);
    }

    /// <summary>Which stream of the file it is, from 0; chunks carry it in their names.</summary>
    public int Number { get; }

    /// <summary>Body of strh.</summary>
    public ReadOnlyMemory<byte> Header { get; }

    /// <summary>Body of strf: BITMAPINFOHEADER with palette or codec data.</summary>
    public ReadOnlyMemory<byte> Format { get; }

    /// <summary>Body of vprp (OpenDML 1.02, 5.3), which holds the aspect ratio, or nothing.</summary>
    public ReadOnlyMemory<byte> Properties { get; }

    /// <summary>Body of indx (OpenDML 1.02, 3.0), or nothing.</summary>
    public ReadOnlyMemory<byte> SuperIndex { get; }

    /// <summary>As the format names it, printable.</summary>
    public string Codec { get; }

    public Coding Coding { get; }

    /// <summary>Frames as the header counts them.</summary>
    public uint FrameCount => BinaryPrimitives.ReadUInt32LittleEndian(Header.Span[32..]);

    private uint Scale => BinaryPrimitives.ReadUInt32LittleEndian(Header.Span[20..]);

    private uint Rate => BinaryPrimitives.ReadUInt32LittleEndian(Header.Span[24..]);

    private uint Start => BinaryPrimitives.ReadUInt32LittleEndian(Header.Span[28..]);

    /// <summary>The first stream of moving pictures, or null.</summary>
    /// <param name="hdrl">What the header list holds.</param>
    /// <param name="number">Number of the first stream in it.</param>
    public static AviStream? FindVideo(ReadOnlyMemory<byte> hdrl, int number = 0)
    {
        var lists = new RiffReader(hdrl);
        while (number < MaxStreams && lists.MoveNext())
        {
            if (!lists.Chunk.IsListOf("strl"u8))
                continue;

            var header = RiffReader.Find(lists.Body, "strh"u8);
            var format = RiffReader.Find(lists.Body, "strf"u8);
            if (header.Length >= LeastHeaderLength && header.Span.StartsWith("vids"u8) && format.Length >= 40)
                return new(number, header, format, lists.Body);
            number++;
        }

        return null;
    }

    /// <summary>Whether a chunk's name is that of one of this stream's pictures: two digits, then dc (compressed) or db.</summary>
    public bool Owns(ReadOnlySpan<byte> id) =>
        id[0] - '0' == Number / 10 && id[1] - '0' == Number % 10 && id[2] is (byte)'d' or (byte)'D' && id[3] is (byte)'c' or (byte)'b' or (byte)'C' or (byte)'B';

    /// <summary>When a frame is shown. A clock that stands still counts as one of 25 frames per second.</summary>
    public TimeSpan TimeOf(long frame)
    {
        var (scale, rate) = Scale == 0 || Rate == 0 ? (1u, 25u) : (Scale, Rate);
        frame = Math.Min(frame + Start, uint.MaxValue);
        return MediaTime.ToTimeSpan((long)UInt128.Min((UInt128)frame * scale, long.MaxValue), rate);
    }

    private static string ReadCodec(ReadOnlySpan<byte> format)
    {
        const int CompressionOffset = 16;
        var codec = format.Slice(CompressionOffset, 4);
        // Numbers below 256 name uncompressed pictures, not codecs.
        if (BinaryPrimitives.ReadUInt32LittleEndian(codec) < 256)
            return "RGB";
        return string.Concat(Encoding.Latin1.GetString(codec).Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '.'));
    }
}
