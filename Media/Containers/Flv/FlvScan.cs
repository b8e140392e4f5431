using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Flv;

/// <summary>Finds the keyframe at or behind a place in an FLV file.</summary>
internal static class FlvScan
{
    /// <summary>An entry point of an index has itself as anchor: there, a tag begins, if the index is right.</summary>
    public static async Task<Keyframe?> NextAsync(IndexWindow window, Keyframe entry, CancellationToken cancellationToken)
    {
        if (entry.Anchor == entry.Offset && await ReadAsync(window, entry.Offset, entry, cancellationToken) is { } exact)
            return exact;
        return await window.FindAsync(entry.Offset, FindKeyframe, cancellationToken) is { } offset
            ? await ReadAsync(window, offset, entry, cancellationToken)
            : null;
    }

    private static async Task<Keyframe?> ReadAsync(IndexWindow window, long offset, Keyframe entry, CancellationToken cancellationToken)
    {
        var peek = await window.ReadAsync(new(offset, Math.Min(FlvTag.PeekLength, window.Length - offset)), cancellationToken);
        return FlvTag.TryRead(peek.Span, out var tag) && IsKeyframe(tag) && tag.Length <= window.Length - offset
            ? new(offset, tag.Length, MediaTime.ToTimeSpan(tag.Milliseconds, 1000), entry.Head)
            : null;
    }

    private static bool IsKeyframe(FlvTag tag) => tag is { IsVideo: true, IsPicture: true, IsKey: true, IsEncrypted: false, DataLength: > 5 };

    /// <summary>Three zero bytes (the stream's number) inside what reads as a tag of a key picture, with its length behind it.</summary>
    private static int FindKeyframe(ReadOnlySpan<byte> bytes)
    {
        const int NumberOffset = 8;
        for (var from = NumberOffset; from < bytes.Length;)
        {
            var found = bytes[from..].IndexOf((ReadOnlySpan<byte>)[0, 0, 0]);
            if (found < 0)
                return -1;

            var at = from + found - NumberOffset;
            if (FlvTag.TryRead(bytes[at..], out var tag) && IsKeyframe(tag) && HasTrailer(bytes[at..], tag.Length))
                return at;
            from += found + 1;
        }

        return -1;
    }

    /// <summary>True also where the trailer lies behind the window.</summary>
    private static bool HasTrailer(ReadOnlySpan<byte> tag, int length) =>
        length > tag.Length - FlvTag.TrailerLength || BinaryPrimitives.ReadInt32BigEndian(tag[length..]) == length;
}
