using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ps;

/// <summary>The video stream of a program stream.</summary>
/// <param name="StreamId">0xE0 to 0xEF.</param>
/// <param name="FirstPts">Of the first picture, in 90 kHz.</param>
/// <param name="Headers">The sequence header, which some files have only once, with its extensions; or nothing.</param>
internal readonly record struct PsVideo(byte StreamId, Coding Coding, long FirstPts, ReadOnlyMemory<byte> Headers)
{
    /// <summary>Two matrices of 64 bytes and extensions.</summary>
    public const int MaxHeadersBytes = 4 * 1024;

    public string Codec => Coding switch { Coding.H264 => "h264", Coding.Mpeg4 => "mpeg4", _ => "mpeg2" };

    /// <summary>ISO/IEC 13818-1 table 2-34.</summary>
    public byte StreamType => Coding switch { Coding.H264 => 0x1B, Coding.Mpeg4 => 0x10, _ => 0x02 };

    /// <summary>Tells by its start codes what an elementary stream is.</summary>
    public static Coding CodingOf(ReadOnlySpan<byte> stream)
    {
        for (var at = KeyframeSigns.NextStartCode(stream, 0); at >= 0 && at < stream.Length; at = KeyframeSigns.NextStartCode(stream, at))
        {
            switch (stream[at])
            {
                case 0xB3:
                    return Coding.Mpeg2;
                case 0xB0:
                    return Coding.Mpeg4;
                case 0x67 or 0x27 or 0x47:
                    return Coding.H264;
            }
        }

        return Coding.Unknown;
    }

    /// <summary>From the first sequence header to the group or picture behind it.</summary>
    public static ReadOnlyMemory<byte> HeadersOf(ReadOnlyMemory<byte> stream)
    {
        var span = stream.Span;
        var start = span.IndexOf((ReadOnlySpan<byte>)[0, 0, 1, 0xB3]);
        if (start < 0)
            return default;

        for (var at = KeyframeSigns.NextStartCode(span, start + 4); at >= 0 && at < span.Length; at = KeyframeSigns.NextStartCode(span, at))
        {
            if (span[at] is 0xB8 or 0x00)
                return at - 3 - start <= MaxHeadersBytes ? stream[start..(at - 3)].ToArray() : default;
        }

        return default;
    }
}
