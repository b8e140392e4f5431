using System.Buffers.Text;
using System.Text;

namespace EventTorrent.Media.Paging;

/// <summary>
/// A request for a part of a file, as ffmpeg makes it (RFC 9112, RFC 9110 14). Anybody on this machine may have written it: what is not
/// exactly of this form is no request.
/// </summary>
/// <param name="Path">With the slash; ASCII without spaces.</param>
/// <param name="Start">First byte wanted.</param>
/// <param name="Last">Last byte wanted; null for the rest of the file.</param>
/// <param name="IsPart">Whether a range was asked for at all.</param>
internal readonly record struct RangeRequest(ReadOnlyMemory<byte> Path, long Start, long? Last, bool IsPart)
{
    /// <summary>ffmpeg's requests have some 250 bytes.</summary>
    public const int MaxHeadBytes = 4096;

    private const int MaxFields = 32;

    /// <param name="head">From the request line to the empty line.</param>
    public static bool TryParse(ReadOnlyMemory<byte> head, out RangeRequest request)
    {
        request = default;
        if (head.Length > MaxHeadBytes || !head.Span.EndsWith("\r\n\r\n"u8))
            return false;

        var text = head[..^4];
        var line = NextLine(ref text);
        if (!TryReadPath(line, out var path))
            return false;

        (long Start, long? Last)? range = null;
        for (var fields = 0; !text.IsEmpty; fields++)
        {
            if (fields == MaxFields || !TryReadField(NextLine(ref text).Span, out var name, out var value))
                return false;
            if (!Ascii.EqualsIgnoreCase(name, "range"u8))
                continue;
            if (range is not null || !TryReadRange(value, out var start, out var last))
                return false;
            range = (start, last);
        }

        request = new(path, range?.Start ?? 0, range?.Last, range is not null);
        return true;
    }

    private static ReadOnlyMemory<byte> NextLine(ref ReadOnlyMemory<byte> text)
    {
        var end = text.Span.IndexOf("\r\n"u8);
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 2)..];
        return line;
    }

    private static bool TryReadPath(ReadOnlyMemory<byte> line, out ReadOnlyMemory<byte> path)
    {
        path = default;
        var span = line.Span;
        if (!span.StartsWith("GET /"u8) || !(span.EndsWith(" HTTP/1.1"u8) || span.EndsWith(" HTTP/1.0"u8)) || span.Length < "GET / HTTP/1.1".Length)
            return false;

        path = line["GET ".Length..^" HTTP/1.1".Length];
        return !path.Span.ContainsAnyExceptInRange((byte)'!', (byte)'~');
    }

    /// <summary>Name, colon, value; no folded lines, no control characters (RFC 9112 5).</summary>
    private static bool TryReadField(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var colon = line.IndexOf((byte)':');
        name = colon < 0 ? default : line[..colon];
        value = colon < 0 ? default : line[(colon + 1)..].Trim((byte)' ');
        return colon > 0
            && !name.ContainsAnyExceptInRange((byte)'!', (byte)'~')
            && !value.ContainsAnyExceptInRange((byte)' ', (byte)'~');
    }

    /// <summary>One range with a start. Others are allowed by RFC 9110 14.1.2, and ffmpeg does not use them.</summary>
    private static bool TryReadRange(ReadOnlySpan<byte> value, out long start, out long? last)
    {
        (start, last) = (0, null);
        if (!value.StartsWith("bytes="u8))
            return false;

        value = value["bytes=".Length..];
        var dash = value.IndexOf((byte)'-');
        if (dash < 0 || !TryReadNumber(value[..dash], out start))
            return false;
        if (dash == value.Length - 1)
            return true;
        if (!TryReadNumber(value[(dash + 1)..], out var end) || end < start)
            return false;

        last = end;
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        return !digits.IsEmpty
            && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Utf8Parser.TryParse(digits, out number, out var used)
            && used == digits.Length;
    }
}
