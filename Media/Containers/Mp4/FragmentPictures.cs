using System.Buffers.Binary;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>
/// Sees pictures of H.264 in the media data of fragments, where nothing but their own lengths and headers stands (ISO/IEC 14496-15 5.3.4.2).
/// What looks like one by chance costs a look. Fragments begin with a keyframe as a rule.
/// </summary>
internal sealed class FragmentPictures(PictureCounter counter)
{
    private const int LengthBytes = 4;
    private const int MaxPictureBytes = 512 * 1024;
    private const int MinPictureBytes = 16;

    /// <param name="head">As <see cref="Mp4MiniFile"/> makes it.</param>
    /// <returns>Null when pictures do not tell how far they are behind their keyframe.</returns>
    public static GopSearch? Search(IndexWindow window, ReadOnlySpan<byte> head)
    {
        var box = head.IndexOf("avcC"u8);
        var counter = box < 0 ? default : PictureCounter.OfDescription(head[(box + LengthBytes)..]);
        return counter.IsKnown && counter.UnitSeconds > 0
            ? new(window, 0, new FragmentPictures(counter).Look, counter.Modulus, counter.UnitSeconds)
            : null;
    }

    private void Look(ReadOnlySpan<byte> bytes, long offset, List<Sighting> sightings)
    {
        var moof = FragmentWalker.FindMoof(bytes);
        if (moof >= 0)
            sightings.Add(new(offset + moof, null, 0, IsKey: true));
        for (var at = 0; at < bytes.Length - LengthBytes && sightings.Count == 0;)
        {
            // Lengths are below 16 MiB.
            var found = bytes[at..].IndexOf((byte)0);
            if (found < 0)
                return;

            at += found;
            if (TryRead(bytes[at..], out var count, out var isEnd, out var next) && (isEnd || TryRead(bytes[(at + next)..], out _, out _, out _)))
                sightings.Add(new(offset + at, null, count, IsKey: false));
            at++;
        }
    }

    /// <param name="isEnd">What follows is not there.</param>
    private bool TryRead(ReadOnlySpan<byte> bytes, out int count, out bool isEnd, out int next)
    {
        (count, isEnd, next) = (0, false, 0);
        if (bytes.Length <= LengthBytes || BinaryPrimitives.ReadUInt32BigEndian(bytes) is not (>= MinPictureBytes and <= MaxPictureBytes and var length)
            || counter.TryReadUnit(bytes[LengthBytes..], out count, out var isKey) != true || isKey)
            return false;

        next = LengthBytes + (int)length;
        isEnd = next + LengthBytes >= bytes.Length;
        return true;
    }
}
