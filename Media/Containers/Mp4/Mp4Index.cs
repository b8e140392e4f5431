using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>Makes a video index of a moov box in memory.</summary>
internal static class Mp4Index
{
    /// <param name="ftyp">Body of the box, or nothing.</param>
    /// <param name="moov">Body of the box.</param>
    /// <param name="moovEnd">The first byte behind the box.</param>
    /// <param name="needed">The parts read on the way to the moov, and the moov.</param>
    public static async Task<VideoIndex> ReadAsync(
        IndexWindow window, ReadOnlyMemory<byte> ftyp, ReadOnlyMemory<byte> moov, long moovEnd, List<ByteRange> needed, CancellationToken cancellationToken)
    {
        var track = ChooseTrack(moov)
            ?? throw new MediaException(MediaErrorKind.IndexNotFound, "The MP4 file has no video track.");
        var described = Enumerable.Range(0, track.EntryCount).Where(entry => !track.IsEncrypted(entry)).ToList();
        if (described.Count == 0)
            throw new MediaException(MediaErrorKind.Encrypted, "The video track is encrypted.");

        var mvhd = BoxReader.Find(moov, "mvhd"u8);
        // Edits are in time of the movie's clock: without one they say nothing.
        var hasClock = Mp4Track.ReadRawTimescale(mvhd.Span) > 0;
        var edits = EditList.Read(hasClock ? track.EditList : default, Mp4Track.ReadTimescale(mvhd.Span), track.Timescale);
        var mvex = BoxReader.Find(moov, "mvex"u8);
        var hasSamples = SampleTable.CountSamples(track.SampleTable) > 0;
        var keyframes = hasSamples ? ReadKeyframes(track, edits, window.Length, isAll: mvex.IsEmpty) : [];
        var duration = hasSamples ? Duration(track, edits) : TimeSpan.Zero;
        FragmentFacts? facts = null;
        if (!mvex.IsEmpty)
        {
            facts = FragmentFacts.Read(mvex, track, described[0], edits);
            var fragments = await FragmentIndex.ReadAsync(window, facts.Value, moovEnd, ClaimedDuration(mvhd, mvex), cancellationToken);
            keyframes.AddRange(fragments.Entries.Select(entry => entry with { Head = described[0] }));
            needed.AddRange(fragments.Needed);
            duration = fragments.Duration > duration ? fragments.Duration : duration;
        }

        return keyframes.Count == 0
            ? throw new MediaException(MediaErrorKind.IndexNotFound, mvex.IsEmpty
                ? "The video track of the MP4 file has no samples."
                : "The fragmented MP4 file holds no keyframe of its video track.")
            : new(
                track.Codec(keyframes[0].Head),
                duration > TimeSpan.Zero ? duration : keyframes.Max(frame => frame.Time),
                keyframes,
                entry => Mp4MiniFile.BuildHead(ftyp, mvhd, track, entry, facts is { } known ? known with { Entry = (uint)entry + 1 } : null),
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

    /// <param name="isAll">Nothing else will give keyframes, so their lack is a failure.</param>
    private static List<Keyframe> ReadKeyframes(Mp4Track track, EditList edits, long fileLength, bool isAll)
    {
        var keyframes = SampleTable.ReadKeyframes(track.SampleTable, edits, track.Timescale, fileLength, out var lost);
        if (keyframes.Count == 0 && lost.Hidden > 0)
            keyframes = SampleTable.ReadKeyframes(track.SampleTable, edits.Opened(), track.Timescale, fileLength, out lost);
        if (keyframes.Count == 0 && isAll)
        {
            throw lost.TooBig > lost.Outside
                ? new MediaException(MediaErrorKind.LimitExceeded, $"Every keyframe is bigger than {Keyframe.MaxBytes} bytes.")
                : new MediaException(MediaErrorKind.IndexMalformed, lost.Outside > 0
                    ? "No keyframe that the index names lies inside the file."
                    : "The sample table names no keyframe.");
        }

        var described = keyframes.Where(frame => frame.Head >= 0 && frame.Head < track.EntryCount).ToList();
        if (described.Count == 0 && isAll)
            throw new MediaException(MediaErrorKind.IndexMalformed, "The keyframes have no sample description.");

        var isClear = described.RemoveAll(frame => track.IsEncrypted(frame.Head)) == 0 || described.Count > 0;
        return isClear || !isAll
            ? described
            : throw new MediaException(MediaErrorKind.Encrypted, "The video track is encrypted.");
    }

    /// <summary>
    /// What mehd says of the whole (ISO/IEC 14496-12 8.8.2), else mvhd; files that were written while they were recorded say 0.
    /// </summary>
    private static TimeSpan ClaimedDuration(ReadOnlyMemory<byte> mvhd, ReadOnlyMemory<byte> mvex)
    {
        var mehd = BoxReader.Find(mvex, "mehd"u8).Span;
        var header = mvhd.Span;
        if (Mp4Track.ReadRawTimescale(header) == 0)
            return TimeSpan.Zero;

        var units = mehd.Length >= 12 && mehd[0] == 1 ? BinaryPrimitives.ReadUInt64BigEndian(mehd[4..])
            : mehd.Length >= 8 ? BinaryPrimitives.ReadUInt32BigEndian(mehd[4..])
            : header.Length >= 32 && header[0] == 1 ? BinaryPrimitives.ReadUInt64BigEndian(header[24..])
            : header.Length >= 20 ? BinaryPrimitives.ReadUInt32BigEndian(header[16..])
            : 0;
        // All bits set: unknown.
        return units is uint.MaxValue or ulong.MaxValue ? TimeSpan.Zero : MediaTime.ToTimeSpan((long)Math.Min(units, 1UL << 60), Mp4Track.ReadTimescale(header));
    }

    private static TimeSpan Duration(Mp4Track track, EditList edits)
    {
        var media = SampleTable.Duration(track.SampleTable);
        return MediaTime.ToTimeSpan(edits.Duration > 0 ? edits.Duration : media, track.Timescale);
    }
}
