using System.Buffers.Binary;
using System.Text;

namespace EventTorrent.Media.Containers.Flv;

/// <summary>A tag (Adobe FLV 10.1, E.4.1) with the first bytes of what a video tag holds (E.4.3; enhanced RTMP 2023).</summary>
internal readonly struct FlvTag
{
    public const int HeaderLength = 11;

    /// <summary>Behind each tag stands its length.</summary>
    public const int TrailerLength = 4;

    /// <summary>Bytes that suffice for <see cref="TryRead"/>.</summary>
    public const int PeekLength = HeaderLength + 8;

    private const byte VideoType = 9;
    private const byte ScriptType = 18;
    private const byte FilterBit = 0x20;
    private const byte ExtendedBit = 0x80;

    private FlvTag(ReadOnlySpan<byte> bytes)
    {
        Type = (byte)(bytes[0] & 0x1F);
        IsEncrypted = (bytes[0] & FilterBit) != 0;
        DataLength = bytes[1] << 16 | bytes[2] << 8 | bytes[3];
        Milliseconds = (long)bytes[7] << 24 | (uint)bytes[4] << 16 | (uint)bytes[5] << 8 | bytes[6];
        if (Type != VideoType || bytes.Length <= HeaderLength || DataLength == 0)
            return;

        var first = bytes[HeaderLength];
        var rest = bytes[(HeaderLength + 1)..];
        IsExtended = (first & ExtendedBit) != 0;
        IsKey = (first >> 4 & 7) == 1;
        Codec = IsExtended ? FourCC(rest) : CodecName(first & 15);
        if (IsExtended)
        {
            IsSequenceHeader = (first & 15) == 0;
            IsPicture = (first & 15) is 1 or 3;
        }
        else if (HasPacketType(Codec))
        {
            IsSequenceHeader = rest.Length > 0 && rest[0] == 0;
            IsPicture = rest.Length > 0 && rest[0] == 1;
            // How much later than decoded it is shown: 24 bits with a sign.
            if (IsPicture && rest.Length >= 4)
                Milliseconds += BinaryPrimitives.ReadInt32BigEndian(rest) << 8 >> 8;
        }
        else
        {
            IsPicture = true;
        }
    }

    public byte Type { get; }

    public bool IsEncrypted { get; }

    public int DataLength { get; }

    /// <summary>When a picture is shown.</summary>
    public long Milliseconds { get; }

    public bool IsVideo => Type == VideoType;

    public bool IsScript => Type == ScriptType;

    public bool IsExtended { get; }

    /// <summary>Video that describes the pictures to come.</summary>
    public bool IsSequenceHeader { get; }

    public bool IsPicture { get; }

    public bool IsKey { get; }

    /// <summary>Printable; null when it is no video.</summary>
    public string? Codec { get; }

    public int Length => HeaderLength + DataLength;

    /// <param name="bytes">At least a header.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FlvTag tag)
    {
        tag = default;
        if (bytes.Length < HeaderLength || (bytes[0] & 0x1F) is not (8 or VideoType or ScriptType))
            return false;

        tag = new(bytes);
        return true;
    }

    private static bool HasPacketType(string codec) => codec is "avc1" or "hvc1";

    private static string FourCC(ReadOnlySpan<byte> bytes) => bytes.Length < 4
        ? "?"
        : string.Concat(Encoding.Latin1.GetString(bytes[..4]).Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '.'));

    private static string CodecName(int id) => id switch
    {
        2 => "flv1",
        3 => "screen",
        4 => "vp6",
        5 => "vp6a",
        6 => "screen2",
        7 => "avc1",
        12 => "hvc1", // Not in the specification, but in wide use.
        _ => "flv-" + id.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
