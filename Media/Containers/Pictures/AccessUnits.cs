namespace EventTorrent.Media.Containers.Pictures;

/// <summary>
/// Goes through the pictures of an elementary stream with start codes, each with the headers before it. Packets of
/// transport and program streams may begin and end anywhere inside a picture; these do not.
/// </summary>
internal ref struct AccessUnits(Coding coding, ReadOnlySpan<byte> stream)
{
    private readonly ReadOnlySpan<byte> _stream = stream;
    private int _next;

    private enum Part
    {
        /// <summary>Belongs to what is before it.</summary>
        Other,

        /// <summary>Stands before a picture.</summary>
        Header,

        /// <summary>A picture begins.</summary>
        First,

        /// <summary>A picture goes on.</summary>
        Further,
    }

    public int Start { get; private set; }

    public int End { get; private set; }

    /// <summary>It ends with the stream: perhaps more of it follows.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Its first part is there: it is not the rest of a picture that began before.</summary>
    public bool HasBeginning { get; private set; }

    public readonly ReadOnlySpan<byte> Bytes => _stream[Start..End];

    public bool MoveNext()
    {
        var at = KeyframeSigns.NextStartCode(_stream, _next);
        if (at < 0)
            return false;

        Start = at - 3;
        HasBeginning = false;
        var (hasPicture, fields) = (false, 0);
        for (; at >= 0 && at < _stream.Length; at = KeyframeSigns.NextStartCode(_stream, at))
        {
            var part = Classify(at);
            fields += hasPicture && IsField(at) ? 1 : 0;
            // The second field of the same picture.
            if (part == Part.First && fields == 1)
                part = Part.Further;
            if (hasPicture && (part is Part.Header or Part.First))
            {
                (End, IsOpen, _next) = (at - 3, false, at - 3);
                return true;
            }

            HasBeginning |= part == Part.First;
            hasPicture |= part is Part.First or Part.Further;
        }

        (End, IsOpen, _next) = (_stream.Length, true, _stream.Length);
        return true;
    }

    private readonly Part Classify(int at) => coding switch
    {
        Coding.H264 => ClassifyH264(_stream[at] & 0x1F, at),
        Coding.H265 => ClassifyH265(_stream[at] >> 1 & 0x3F, at),
        Coding.Mpeg2 => _stream[at] switch
        {
            0x00 => Part.First,
            >= 0x01 and <= 0xAF => Part.Further,
            0xB3 or 0xB7 or 0xB8 => Part.Header,
            _ => Part.Other,
        },
        Coding.Mpeg4 => _stream[at] switch
        {
            0xB6 => Part.First,
            0xB0 or 0xB3 or 0xB5 or <= 0x2F => Part.Header,
            _ => Part.Other,
        },
        Coding.Vc1 => _stream[at] switch
        {
            0x0D => Part.First,
            0x0E or 0x0F => Part.Header,
            0x0B or 0x0C => Part.Further,
            _ => Part.Other,
        },
        _ => Part.Other,
    };

    /// <summary>ITU-T H.264 7.4.1.2.3: parameter sets, messages and delimiters stand before a picture; its first slice has first_mb_in_slice 0, one set bit.</summary>
    private readonly Part ClassifyH264(int type, int at) => type switch
    {
        1 or 2 or 5 => at + 1 < _stream.Length && _stream[at + 1] >> 7 == 1 ? Part.First : Part.Further,
        >= 6 and <= 9 or >= 15 and <= 18 => Part.Header,
        _ => Part.Other,
    };

    /// <summary>ITU-T H.265 7.4.2.4.4; the first slice segment says so in its first bit.</summary>
    private readonly Part ClassifyH265(int type, int at) => type switch
    {
        <= 31 => at + 2 < _stream.Length && _stream[at + 2] >> 7 == 1 ? Part.First : Part.Further,
        >= 32 and <= 35 or 39 or >= 41 and <= 44 or >= 48 and <= 55 => Part.Header,
        _ => Part.Other,
    };

    /// <summary>Picture coding extension (ISO/IEC 13818-2 6.2.3.1) of a picture that is one field of two: picture_structure is not 3.</summary>
    private readonly bool IsField(int at) =>
        coding == Coding.Mpeg2 && at + 3 < _stream.Length && _stream[at] == 0xB5 && _stream[at + 1] >> 4 == 8 && (_stream[at + 3] & 3) != 3;
}
