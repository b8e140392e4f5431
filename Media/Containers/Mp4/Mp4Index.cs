namespace EventTorrent.Media.Containers.Mp4;

/// <summary>Makes a video index of a moov box in memory.</summary>
internal static class Mp4Index
{
    /// <param name="ftyp">Body of the box, or nothing.</param>
    /// <param name="moov">Body of the box.</param>
    public static VideoIndex Read(ReadOnlyMemory<byte> ftyp, ReadOnlyMemory<byte> moov, long fileLength, IReadOnlyList<ByteRange> needed)
    {
        var track = ChooseTrack(moov)
            ?? throw new MediaException(MediaErrorKind.IndexNotFound, "The MP4 file has no video track.");
        if (Enumerable.Range(0, track.EntryCount).All(track.IsEncrypted))
            throw new MediaException(MediaErrorKind.Encrypted, "The video track is encrypted.");
        if (SampleTable.CountSamples(track.SampleTable) == 0)
            throw NoSamples(moov);

        var mvhd = BoxReader.Find(moov, "mvhd"u8);
        var edits = EditList.Read(track.EditList, Mp4Track.ReadTimescale(mvhd.Span), track.Timescale);
        var keyframes = ReadKeyframes(track, edits, fileLength);
        return new(
            track.Codec(keyframes[0].Head),
            Duration(track, edits),
            keyframes,
            entry => Mp4MiniFile.BuildHead(ftyp, mvhd, track, entry),
            needed);
    }

    /// <summary>
    /// The first enabled track of moving pictures, else the largest. Cover art and chapter pictures are video tracks, too:
    /// their codecs count only when nothing else is there and several pictures are.
    /// </summary>
    private static Mp4Track? ChooseTrack(ReadOnlyMemory<byte> moov)
    {
        Mp4Track? best = null;
        var boxes = new BoxReader(moov);
        while (boxes.MoveNext())
        {
            if (boxes.Is("trak"u8) && Mp4Track.ReadVideo(boxes.Body) is { } track && IsMovingPicture(track)
                && (best is null || Rank(track).CompareTo(Rank(best)) > 0))
                best = track;
        }

        return best;
    }

    private static bool IsMovingPicture(Mp4Track track) =>
        !track.IsStillCodec || (track.IsEnabled && SampleTable.CountSamples(track.SampleTable) > 1);

    private static (bool IsVideoCodec, bool HasSamples, bool IsEnabled, ulong AreaOfDisabled) Rank(Mp4Track track) => (
        !track.IsStillCodec,
        SampleTable.CountSamples(track.SampleTable) > 0,
        track.IsEnabled,
        track.IsEnabled ? 0 : track.Area);

    private static MediaException NoSamples(ReadOnlyMemory<byte> moov) => BoxReader.FindWhole(moov, "mvex"u8).IsEmpty
        ? new(MediaErrorKind.IndexNotFound, "The video track of the MP4 file has no samples.")
        : new(MediaErrorKind.IndexNotFound, "Fragmented MP4 is not supported yet: its index is not in the moov box.");

    private static List<Keyframe> ReadKeyframes(Mp4Track track, EditList edits, long fileLength)
    {
        var keyframes = SampleTable.ReadKeyframes(track.SampleTable, edits, track.Timescale, fileLength, out var lost);
        if (keyframes.Count == 0 && lost.Hidden > 0)
            keyframes = SampleTable.ReadKeyframes(track.SampleTable, edits.Opened(), track.Timescale, fileLength, out lost);
        if (keyframes.Count == 0)
        {
            throw lost.TooBig > lost.Outside
                ? new MediaException(MediaErrorKind.LimitExceeded, $"Every keyframe is bigger than {Keyframe.MaxBytes} bytes.")
                : new MediaException(MediaErrorKind.IndexMalformed, lost.Outside > 0
                    ? "No keyframe that the index names lies inside the file."
                    : "The sample table names no keyframe.");
        }

        var described = keyframes.Where(frame => frame.Head >= 0 && frame.Head < track.EntryCount).ToList();
        if (described.Count == 0)
            throw new MediaException(MediaErrorKind.IndexMalformed, "The keyframes have no sample description.");

        described.RemoveAll(frame => track.IsEncrypted(frame.Head));
        return described.Count > 0
            ? described
            : throw new MediaException(MediaErrorKind.Encrypted, "The video track is encrypted.");
    }

    private static TimeSpan Duration(Mp4Track track, EditList edits)
    {
        var media = SampleTable.Duration(track.SampleTable);
        return MediaTime.ToTimeSpan(edits.Duration > 0 ? edits.Duration : media, track.Timescale);
    }
}
