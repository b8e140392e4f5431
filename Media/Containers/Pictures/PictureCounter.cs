using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Pictures;

/// <summary>
/// Reads out of any picture how many come between it and the keyframe before. Codings count them for the sake of their decoders: H.264 by
/// picture order (ITU-T H.264 8.2.1), where only the low bits are written, or by frame number; MPEG-2 by temporal reference
/// (ISO/IEC 13818-2 6.3.9).
/// </summary>
internal readonly record struct PictureCounter
{
    /// <summary>Bytes of a picture, from its headers on, that suffice for <see cref="TryRead"/> as a rule.</summary>
    public const int PeekBytes = 1024;

    private const int MaxFieldBits = 16;
    private const int MaxSetBytes = 1024;
    private const int SliceBytes = 32;

    /// <summary>Ten pictures a second; streams of a slower or of no steady rate claim anything.</summary>
    private const uint MaxMicroseconds = 100_000;

    private readonly Coding _coding;
    private readonly byte _frameBits;
    private readonly byte _orderBits;
    private readonly bool _hasFields;
    private readonly uint _microseconds;

    private PictureCounter(Coding coding, uint frameBits = 0, uint orderBits = 0, bool hasFields = false, uint microseconds = 0) =>
        (_coding, _frameBits, _orderBits, _hasFields, _microseconds) = (coding, (byte)frameBits, (byte)orderBits, hasFields, microseconds);

    /// <summary>Something is counted.</summary>
    public bool IsKnown => _coding != Coding.Unknown;

    /// <summary>After so many the count begins anew, without a keyframe.</summary>
    public int Modulus => _coding == Coding.Mpeg2 ? 1 << 10 : 1 << (_orderBits > 0 ? _orderBits : _frameBits);

    /// <summary>How long a count is, as the stream claims; 0 when it does not.</summary>
    public double UnitSeconds => _microseconds / 1e6;

    /// <summary>For those who take up a plan; 0 when nothing is known.</summary>
    public ulong Packed => (ulong)(byte)_coding << 56 | (ulong)_frameBits << 48 | (ulong)_orderBits << 40 | (_hasFields ? 1UL << 32 : 0) | _microseconds;

    public static PictureCounter Unpack(ulong packed)
    {
        var (frameBits, orderBits) = ((uint)(packed >> 48) & 0xFF, (uint)(packed >> 40) & 0xFF);
        return (Coding)(packed >> 56) switch
        {
            Coding.Mpeg2 => new(Coding.Mpeg2, microseconds: Math.Min((uint)packed, MaxMicroseconds)),
            Coding.H264 when frameBits is >= 4 and <= MaxFieldBits && orderBits is 0 or >= 4 and <= MaxFieldBits =>
                new(Coding.H264, frameBits, orderBits, (packed >> 32 & 1) != 0, Math.Min((uint)packed, MaxMicroseconds)),
            _ => default,
        };
    }

    /// <param name="stream">The beginning of an elementary stream with start codes.</param>
    public static PictureCounter Of(Coding coding, ReadOnlySpan<byte> stream)
    {
        const int ParameterSet = 7;
        if (coding == Coding.Mpeg2)
            return OfSequence(stream);

        for (var at = coding == Coding.H264 ? KeyframeSigns.NextStartCode(stream, 0) : -1; at >= 0 && at < stream.Length; at = KeyframeSigns.NextStartCode(stream, at))
        {
            if ((stream[at] & 0x1F) == ParameterSet)
                return OfParameterSet(stream[at..]);
        }

        return default;
    }

    /// <param name="description">avcC (ISO/IEC 14496-15 5.3.3.1), with anything behind.</param>
    public static PictureCounter OfDescription(ReadOnlySpan<byte> description)
    {
        const int SetOffset = 8;
        // Lengths of four bytes: nobody writes others.
        if (description.Length < SetOffset || description[0] != 1 || (description[4] & 3) != 3 || (description[5] & 0x1F) == 0)
            return default;

        var set = description[SetOffset..];
        return OfParameterSet(set[..Math.Min(BinaryPrimitives.ReadUInt16BigEndian(description[6..]), set.Length)]);
    }

    /// <summary>The count of the first picture that begins in a stream with start codes.</summary>
    /// <param name="isKey">It is a keyframe.</param>
    public bool TryRead(ReadOnlySpan<byte> stream, out int count, out bool isKey)
    {
        (count, isKey) = (0, false);
        for (var at = KeyframeSigns.NextStartCode(stream, 0); at >= 0 && at < stream.Length; at = KeyframeSigns.NextStartCode(stream, at))
        {
            if (_coding == Coding.Mpeg2 && stream[at] == 0 && at + 2 < stream.Length)
            {
                (count, isKey) = (BinaryPrimitives.ReadUInt16BigEndian(stream[(at + 1)..]) >> 6, (stream[at + 2] >> 3 & 7) == 1);
                return true;
            }

            if (_coding == Coding.H264 && TryReadUnit(stream[at..], out count, out isKey) is { } isRead)
                return isRead;
        }

        return false;
    }

    /// <summary>The count of a picture whose units have their lengths of four bytes before them (ISO/IEC 14496-15 5.3.4.2).</summary>
    public bool TryReadSample(ReadOnlySpan<byte> sample, out int count, out bool isKey)
    {
        const int LengthBytes = 4;
        (count, isKey) = (0, false);
        while (sample.Length > LengthBytes)
        {
            if (TryReadUnit(sample[LengthBytes..], out count, out isKey) is { } isRead)
                return isRead;
            sample = sample[(int)Math.Min(LengthBytes + (long)BinaryPrimitives.ReadUInt32BigEndian(sample), sample.Length)..];
        }

        return false;
    }

    /// <summary>The count in a NAL unit of H.264.</summary>
    /// <returns>Null when it is no picture; false when it is one of which nothing can be told.</returns>
    public bool? TryReadUnit(ReadOnlySpan<byte> unit, out int count, out bool isKey)
    {
        (count, isKey) = (0, false);
        if (_coding != Coding.H264 || unit.IsEmpty || (unit[0] & 0x1F) is not (1 or 5))
            return null;

        isKey = (unit[0] & 0x1F) == 5;
        Span<byte> room = stackalloc byte[SliceBytes];
        var bits = new BitReader(BitReader.Unescape(unit[1..], room));
        var isFirst = bits.Number() == 0;
        var isKind = bits.Number() < 10;
        var isSet = bits.Number() < 256;
        count = (int)bits.Bits(_frameBits);
        if (_hasFields && bits.Flag())
            bits.Bits(1);
        if (isKey)
            bits.Number();
        if (_orderBits > 0)
            count = (int)bits.Bits(_orderBits);
        return isFirst && isKind && isSet && !bits.IsOver;
    }

    /// <summary>frame_rate_code of the sequence header (ISO/IEC 13818-2 6.2.2.1, table 6-4).</summary>
    private static PictureCounter OfSequence(ReadOnlySpan<byte> stream)
    {
        const int RateOffset = 7;
        ReadOnlySpan<uint> microseconds = [0, 41_708, 41_667, 40_000, 33_367, 33_333, 20_000, 16_683, 16_667];
        var header = stream.IndexOf((ReadOnlySpan<byte>)[0, 0, 1, 0xB3]);
        var code = header >= 0 && header + RateOffset < stream.Length ? stream[header + RateOffset] & 0xF : 0;
        return new(Coding.Mpeg2, microseconds: code < microseconds.Length ? microseconds[code] : 0);
    }

    /// <summary>ITU-T H.264 7.3.2.1.1.</summary>
    private static PictureCounter OfParameterSet(ReadOnlySpan<byte> unit)
    {
        Span<byte> room = stackalloc byte[MaxSetBytes];
        var bits = new BitReader(BitReader.Unescape(unit[Math.Min(1, unit.Length)..], room));
        var profile = bits.Bits(8);
        bits.Bits(16);
        bits.Number();
        if (profile is 100 or 110 or 122 or 244 or 44 or 83 or 86 or 118 or 128 or 138 or 139 or 134 or 135)
            PassHighProfile(ref bits);

        var frameBits = 4 + bits.Number();
        var orderKind = bits.Number();
        var orderBits = orderKind == 0 ? 4 + bits.Number() : 0;
        bits.Number();
        bits.Flag();
        bits.Number();
        bits.Number();
        var hasFields = !bits.Flag();
        // Kind 1 counts by cycles, which nobody writes.
        if (bits.IsOver || orderKind is not (0 or 2) || frameBits > MaxFieldBits || orderBits > MaxFieldBits)
            return default;

        // Picture order counts fields, of which there are time_scale in so many units.
        var (units, scale) = ReadTiming(ref bits, hasFields);
        var microseconds = units * 1_000_000.0 / Math.Max(scale, 1) * (orderBits > 0 ? 1 : 2);
        return new(Coding.H264, frameBits, orderBits, hasFields, bits.IsOver || microseconds > MaxMicroseconds ? 0 : (uint)microseconds);
    }

    /// <summary>From direct_8x8_inference_flag on to the timing of annex E.1.1; zeros where there is none.</summary>
    private static (uint Units, uint Scale) ReadTiming(ref BitReader bits, bool hasFields)
    {
        const int AnyAspect = 255;
        bits.Bits(hasFields ? 2 : 1);
        for (var edges = bits.Flag() ? 4 : 0; edges > 0; edges--)
            bits.Number();
        if (!bits.Flag())
            return default;

        if (bits.Flag() && bits.Bits(8) == AnyAspect)
            bits.Bits(32);
        if (bits.Flag())
            bits.Flag();
        if (bits.Flag())
        {
            bits.Bits(4);
            if (bits.Flag())
                bits.Bits(24);
        }

        if (bits.Flag())
        {
            bits.Number();
            bits.Number();
        }

        return bits.Flag() ? (bits.Bits(32), bits.Bits(32)) : default;
    }

    private static void PassHighProfile(ref BitReader bits)
    {
        const int Colour444 = 3;
        var colour = bits.Number();
        if (colour == Colour444)
            bits.Flag();
        bits.Number();
        bits.Number();
        bits.Flag();
        if (!bits.Flag())
            return;

        // 7.3.2.1.1.1: lists of 16 and of 64 steps, which end with one to 0.
        for (var list = 0; list < (colour == Colour444 ? 12 : 8); list++)
        {
            var (last, next) = (8, 8);
            for (var i = bits.Flag() ? 0 : 64; i < (list < 6 ? 16 : 64) && next != 0; i++)
            {
                next = (last + bits.SignedNumber()) & 0xFF;
                last = next == 0 ? last : next;
            }
        }
    }
}
