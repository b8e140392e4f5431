using System.Buffers.Binary;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Avi;

/// <summary>Finds keyframes in the list "movi" of a file without an index. Pictures carry no time: it is estimated by position.</summary>
internal sealed class AviScan(AviStream stream)
{
    public async Task<Keyframe?> NextAsync(IndexWindow window, Keyframe entry, CancellationToken cancellationToken)
    {
        if (await window.FindAsync(entry.Offset, FindKeyframe, cancellationToken) is not { } offset)
            return null;

        var header = await window.ReadAsync(new(offset, RiffChunk.HeaderLength), cancellationToken);
        RiffChunk.TryRead(header.Span, out var chunk);
        if (chunk.Length > Math.Min(window.Length - offset, Keyframe.MaxBytes) - RiffChunk.HeaderLength)
            return null;
        return new(offset, (int)chunk.Length + RiffChunk.HeaderLength, TimeAt(offset, entry), entry.Head);
    }

    /// <summary>As many bytes for each second as on the way to the entry point.</summary>
    private static TimeSpan TimeAt(long offset, Keyframe entry) => entry.Offset <= entry.Anchor
        ? entry.Time
        : entry.Time * ((double)(offset - entry.Anchor) / (entry.Offset - entry.Anchor));

    private int FindKeyframe(ReadOnlySpan<byte> bytes)
    {
        var at = NextOwn(bytes, 0);
        while (at >= 0 && bytes.Length - at >= RiffChunk.HeaderLength)
        {
            RiffChunk.TryRead(bytes[at..], out var chunk);
            if (!IsChunk(bytes[at..]))
            {
                at = NextOwn(bytes, at + 1);
                continue;
            }

            if (chunk.IsList)
            {
                at += RiffChunk.ListHeaderLength;
                continue;
            }

            var content = bytes[(at + RiffChunk.HeaderLength)..];
            var isCut = chunk.Length > content.Length;
            if (stream.Owns(bytes[at..]) && chunk.Length > 0 && IsKeyframe(isCut ? content : content[..(int)chunk.Length]))
                return at;
            at = isCut ? -1 : (int)Math.Min(at + chunk.TotalLength, bytes.Length);
        }

        return -1;
    }

    /// <summary>Of a codec whose keyframes are not told apart only the first picture is asked for, which is one.</summary>
    private bool IsKeyframe(ReadOnlySpan<byte> picture) =>
        stream.Coding == Coding.Unknown || KeyframeSigns.IsKeyframe(stream.Coding, picture) == true;

    /// <summary>The next chunk of a picture whose successor is a chunk, too, as far as can be seen; -1 when there is none.</summary>
    private int NextOwn(ReadOnlySpan<byte> bytes, int from)
    {
        ReadOnlySpan<byte> name = [(byte)('0' + stream.Number / 10), (byte)('0' + stream.Number % 10), (byte)'d'];
        while (from < bytes.Length)
        {
            var found = bytes[from..].IndexOf(name);
            if (found < 0)
                return -1;

            var at = from + found;
            if (IsChunk(bytes[at..]) && stream.Owns(bytes[at..]))
            {
                var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
                var next = at + RiffChunk.HeaderLength + (long)length + (length & 1);
                if (next > bytes.Length - RiffChunk.HeaderLength ? length <= Keyframe.MaxBytes : IsChunk(bytes[(int)next..]))
                    return at;
            }

            from = at + 1;
        }

        return -1;
    }

    /// <summary>Two digits and two letters, or one of the names that stand between them.</summary>
    private static bool IsChunk(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < RiffChunk.HeaderLength)
            return false;
        var id = bytes[..4];
        return (char.IsAsciiDigit((char)id[0]) && char.IsAsciiDigit((char)id[1]) && char.IsAsciiLetter((char)id[2]) && char.IsAsciiLetter((char)id[3]))
            || id.SequenceEqual("LIST"u8) || id.SequenceEqual("JUNK"u8) || id.SequenceEqual("RIFF"u8) || id.SequenceEqual("idx1"u8)
            || id.StartsWith("ix"u8);
    }
}
