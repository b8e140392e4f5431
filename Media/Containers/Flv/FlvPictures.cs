using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Flv;

/// <summary>Sees pictures of H.264 in any part of an FLV file.</summary>
internal sealed class FlvPictures(PictureCounter counter)
{
    /// <summary>First byte of a picture's tag, without the four bits that tell its kind; then 1: units of a picture follow (E.4.3.1).</summary>
    private const byte Avc = 7;

    private const int FieldsLength = 5;
    private const int NumberOffset = 8;

    /// <param name="head">As <see cref="FlvMiniFile.BuildHead"/> makes it.</param>
    /// <returns>Null when pictures do not tell how far they are behind their keyframe.</returns>
    public static GopSearch? Search(IndexWindow window, ReadOnlySpan<byte> head, Keyframe entry)
    {
        const int DescriptionOffset = 13 + FlvTag.HeaderLength;
        if (head.Length < DescriptionOffset + FieldsLength || (head[DescriptionOffset] & 0x8F) != Avc || entry.Anchor == entry.Offset)
            return null;

        var counter = PictureCounter.OfDescription(head[(DescriptionOffset + FieldsLength)..]);
        return counter.IsKnown ? new(window, entry.Anchor, new FlvPictures(counter).Look, counter.Modulus, counter.UnitSeconds) : null;
    }

    private void Look(ReadOnlySpan<byte> bytes, long offset, List<Sighting> sightings)
    {
        for (var from = NumberOffset; from < bytes.Length;)
        {
            var found = bytes[from..].IndexOf((ReadOnlySpan<byte>)[0, 0, 0]);
            if (found < 0)
                return;

            var at = from + found - NumberOffset;
            from += found + 1;
            var tag = bytes[at..];
            if (tag.Length <= FlvTag.PeekLength || tag[0] != 9 || (tag[FlvTag.HeaderLength] & 0x8F) != Avc || tag[FlvTag.HeaderLength + 1] != 1
                || !FlvTag.TryRead(tag, out var read) || !counter.TryReadSample(tag[(FlvTag.HeaderLength + FieldsLength)..Math.Clamp(read.Length, FlvTag.HeaderLength + FieldsLength, tag.Length)], out var count, out var isKey))
                continue;

            sightings.Add(new(offset + at, read.Milliseconds / 1000.0, count, isKey || read.IsKey));
            from = at + FlvTag.HeaderLength + FieldsLength;
        }
    }
}
