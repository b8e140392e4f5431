using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Pictures;

/// <summary>Tells by a picture's own bytes whether it decodes without others. What containers flag is often wrong.</summary>
internal static class KeyframeSigns
{
    /// <returns>Null when the bytes do not tell.</returns>
    public static bool? IsKeyframe(Coding coding, ReadOnlySpan<byte> picture) => coding switch
    {
        Coding.IntraOnly => picture.Length > 0,
        Coding.Mpeg2 => IsMpeg2Keyframe(picture),
        Coding.Mpeg4 => IsMpeg4Keyframe(picture),
        Coding.H264 => IsH264Keyframe(picture),
        Coding.H265 => IsH265Keyframe(picture),
        Coding.Vc1 => IsVc1Keyframe(picture),
        // Two bits, or one, of picture type come first in each picture: 0 is an I picture.
        Coding.MsMpeg4 => picture.Length > 0 && picture[0] >> 6 == 0,
        Coding.Wmv8 => picture.Length > 0 && picture[0] >> 7 == 0,
        Coding.Cinepak => IsCinepakKeyframe(picture),
        _ => null,
    };

    /// <summary>Position behind the next start code prefix 00 00 01, or -1.</summary>
    public static int NextStartCode(ReadOnlySpan<byte> bytes, int from)
    {
        if (from >= bytes.Length)
            return -1;
        var found = bytes[from..].IndexOf((ReadOnlySpan<byte>)[0, 0, 1]);
        return found < 0 ? -1 : from + found + 3;
    }

    /// <summary>ISO/IEC 13818-2 6.2.3: 10 bits of temporal reference, then 3 of picture_coding_type; 1 is I. ISO/IEC 11172-2 has the same.</summary>
    private static bool? IsMpeg2Keyframe(ReadOnlySpan<byte> picture)
    {
        const byte PictureStart = 0x00;
        for (var at = NextStartCode(picture, 0); at > 0 && at + 2 < picture.Length; at = NextStartCode(picture, at))
        {
            if (picture[at] == PictureStart)
                return (picture[at + 2] >> 3 & 7) == 1;
        }

        return null;
    }

    /// <summary>ISO/IEC 14496-2 6.2.5: vop_coding_type in the two bits behind the start code; 0 is I.</summary>
    private static bool? IsMpeg4Keyframe(ReadOnlySpan<byte> picture)
    {
        const byte VopStart = 0xB6;
        for (var at = NextStartCode(picture, 0); at > 0 && at + 1 < picture.Length; at = NextStartCode(picture, at))
        {
            if (picture[at] == VopStart)
                return picture[at + 1] >> 6 == 0;
        }

        return null;
    }

    /// <summary>
    /// ITU-T H.264 7.4.1: an IDR slice (5), or a recovery point (D.1.8) that needs no further pictures with the parameter
    /// sets before it, which is what open groups of pictures have.
    /// </summary>
    private static bool? IsH264Keyframe(ReadOnlySpan<byte> picture)
    {
        bool? answer = null;
        var (hasParameters, recovers) = (false, false);
        for (var at = NextStartCode(picture, 0); at > 0 && at < picture.Length; at = NextStartCode(picture, at))
        {
            switch (picture[at] & 0x1F)
            {
                case 5:
                    return true;
                case 7:
                    hasParameters = true;
                    break;
                case 6:
                    recovers |= IsRecoveryPoint(picture[(at + 1)..]);
                    break;
                case 1:
                    return hasParameters && recovers;
                case 2:
                    answer = false;
                    break;
            }
        }

        return answer;
    }

    /// <summary>Walks the messages of one SEI unit (ITU-T H.264 7.3.2.3) to payload type 6 with recovery_frame_cnt 0, which is one set bit.</summary>
    private static bool IsRecoveryPoint(ReadOnlySpan<byte> sei)
    {
        const int RecoveryPoint = 6;
        while (sei.Length >= 3 && sei[0] != 0x80)
        {
            if (!TryReadNumber(ref sei, out var type) || !TryReadNumber(ref sei, out var length) || length > sei.Length)
                return false;
            if (type == RecoveryPoint)
                return length > 0 && sei[0] >> 7 == 1;
            // Into the next unit: its start code is no message.
            if (sei[..length].IndexOf((ReadOnlySpan<byte>)[0, 0, 1]) >= 0)
                return false;
            sei = sei[length..];
        }

        return false;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> sei, out int number)
    {
        number = 0;
        for (var i = 0; i < sei.Length && i < 1024; i++)
        {
            number += sei[i];
            if (sei[i] != 0xFF)
            {
                sei = sei[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>ITU-T H.265 table 7-1: 16 to 21 are BLA, IDR and CRA pictures, 0 to 9 others.</summary>
    private static bool? IsH265Keyframe(ReadOnlySpan<byte> picture)
    {
        for (var at = NextStartCode(picture, 0); at > 0 && at < picture.Length; at = NextStartCode(picture, at))
        {
            switch (picture[at] >> 1 & 0x3F)
            {
                case >= 16 and <= 21:
                    return true;
                case <= 9:
                    return false;
            }
        }

        return null;
    }

    /// <summary>SMPTE 421M Annex E: an entry point header (0E) stands before each picture that can be begun with.</summary>
    private static bool? IsVc1Keyframe(ReadOnlySpan<byte> picture)
    {
        var isEntry = false;
        for (var at = NextStartCode(picture, 0); at > 0 && at < picture.Length; at = NextStartCode(picture, at))
        {
            if (picture[at] == 0x0D)
                return isEntry;
            isEntry |= picture[at] == 0x0E;
        }

        return null;
    }

    /// <summary>
    /// The first strip brings whole codebooks (20 to 26, even) and then a vector for every block (30, 32). Odd kinds change what was
    /// there before.
    /// </summary>
    private static bool? IsCinepakKeyframe(ReadOnlySpan<byte> picture)
    {
        const int HeadersLength = 10 + 12;
        const int ChunkHeaderLength = 4;
        for (var at = HeadersLength; at + ChunkHeaderLength <= picture.Length;)
        {
            if (picture[at] is 0x30 or 0x32)
                return true;
            var length = BinaryPrimitives.ReadUInt16BigEndian(picture[(at + 2)..]);
            if (picture[at] is not (0x20 or 0x22 or 0x24 or 0x26) || length < ChunkHeaderLength)
                return false;
            at += length;
        }

        return null;
    }
}
