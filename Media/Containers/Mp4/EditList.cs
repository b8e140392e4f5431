namespace EventTorrent.Media.Containers.Mp4;

/// <summary>Maps media time to presentation time (elst, ISO/IEC 14496-12 8.6.6), all in units of the media's clock.</summary>
internal sealed class EditList
{
    /// <summary>More edits than any real file has; those behind are not shown.</summary>
    private const int MaxEdits = 256;

    /// <summary>Keeps sums of times far from overflow: 2^53.</summary>
    private const long MaxTime = 1L << 53;

    private readonly List<(long Presentation, long Media, long Length)> _edits = [];

    private EditList(long duration) => Duration = duration;

    /// <summary>Where the last edit ends; 0 when there is no edit, or one that lasts to the end of the media.</summary>
    public long Duration { get; private set; }

    /// <summary>What the first edit adds to media time: all that counts for fragments, which come after it was written.</summary>
    public long Shift => _edits is [var first, ..] ? first.Presentation - first.Media : 0;

    /// <param name="elst">Body of the box, or nothing.</param>
    public static EditList Read(ReadOnlyMemory<byte> elst, uint movieTimescale, uint mediaTimescale)
    {
        var list = new EditList(0);
        if (elst.Length < 8)
            return list;

        var isLong = elst.Span[0] == 1;
        var edits = new BoxTable(elst.Span, isLong ? 20 : 12);
        var position = 0L;
        for (var i = 0; i < Math.Min(edits.Count, MaxEdits); i++)
        {
            ulong movieLength = isLong ? edits.UInt64(i) : edits.UInt32(i);
            var media = isLong ? edits.Int64(i, 8) : edits.Int32(i, 4);
            var length = (long)UInt128.Min((UInt128)movieLength * mediaTimescale / movieTimescale, MaxTime / MaxEdits);
            // Media time -1 is an empty edit: nothing is shown for its length.
            if (media is >= 0 and <= MaxTime)
                list._edits.Add((position, media, length == 0 ? MaxTime : length));
            position += length;
        }

        list.Duration = list._edits is [.., { Length: MaxTime }] ? 0 : position;
        return list;
    }

    /// <returns>False when no edit shows this time.</returns>
    public bool TryToPresentation(long media, out long presentation)
    {
        presentation = media;
        if (_edits.Count == 0)
            return true;

        foreach (var edit in _edits)
        {
            if (media >= edit.Media && media - edit.Media < edit.Length)
            {
                presentation = edit.Presentation + (media - edit.Media);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The same with the first edit taken as endless. A video whose only keyframe lies before the edit that shows its
    /// successors still has that one picture.
    /// </summary>
    public EditList Opened()
    {
        var opened = new EditList(Duration);
        if (_edits is [var first, ..])
            opened._edits.Add((Math.Max(first.Presentation - first.Media, 0), 0, long.MaxValue));
        return opened;
    }
}
