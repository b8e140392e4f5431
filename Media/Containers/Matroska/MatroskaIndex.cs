namespace EventTorrent.Media.Containers.Matroska;

/// <summary>Makes a video index of the parts of a segment.</summary>
internal static class MatroskaIndex
{
    /// <summary>An index with fewer entries and more than this between them was given up while it was written.</summary>
    private const int FewCues = 8;

    private static readonly TimeSpan MaxBetweenCues = TimeSpan.FromMinutes(2);

    public static async Task<VideoIndex> ReadAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        var segment = await MatroskaSegment.ReadAsync(window, cancellationToken);
        if (segment.Tracks.IsEmpty)
            throw new MediaException(MediaErrorKind.IndexNotFound, "The Matroska file does not describe its tracks.");

        var track = ChooseTrack(segment.Tracks)
            ?? throw new MediaException(MediaErrorKind.IndexNotFound, "The Matroska file has no video track.");
        if (track.IsEncrypted)
            throw new MediaException(MediaErrorKind.Encrypted, "The video track is encrypted.");

        var (scale, duration) = ReadInfo(segment.Info);
        var keyframes = MatroskaCues.Read(segment, track.Number, scale);
        if (keyframes.Count == 0)
            keyframes = MatroskaCues.Read(segment, track: 0, scale);
        if (keyframes.Count < FewCues && duration > MaxBetweenCues * Math.Max(keyframes.Count, 1) || keyframes.Count == 0)
            (keyframes, duration) = await WithoutCuesAsync(window, segment, track, scale, duration, cancellationToken);
        return new(
            track.Codec,
            duration > TimeSpan.Zero ? duration : keyframes.Max(frame => frame.Time),
            keyframes,
            _ => MatroskaMiniFile.BuildHead(track, scale),
            segment.Needed);
    }

    /// <summary>
    /// An enabled track of moving pictures before others, then the default one, then the largest of those that are not
    /// enabled, then the first.
    /// </summary>
    private static MatroskaTrack? ChooseTrack(ReadOnlyMemory<byte> tracks)
    {
        MatroskaTrack? best = null;
        var elements = new EbmlReader(tracks);
        while (elements.MoveNext())
        {
            if (elements.Id == MatroskaId.TrackEntry && MatroskaTrack.ReadVideo(elements.Body) is { } track
                && (best is null || Rank(track).CompareTo(Rank(best)) > 0))
                best = track;
        }

        return best;
    }

    private static (bool IsVideoCodec, bool IsEnabled, bool IsReadable, bool IsDefault, ulong AreaOfDisabled) Rank(MatroskaTrack track) =>
        (!track.IsStillCodec, track.IsEnabled, !track.IsEncrypted, track.IsDefault, track.IsEnabled ? 0 : track.Area);

    private static (ulong Scale, TimeSpan Duration) ReadInfo(ReadOnlyMemory<byte> info)
    {
        var (scale, duration) = (MatroskaTime.DefaultScale, 0.0);
        var elements = new EbmlReader(info);
        while (elements.MoveNext())
        {
            if (elements.Id == MatroskaId.TimestampScale && elements.UInt64 > 0)
                scale = elements.UInt64;
            if (elements.Id == MatroskaId.Duration)
                duration = elements.Double;
        }

        return (scale, MatroskaTime.ToTimeSpan(duration, scale));
    }

    /// <summary>A small file is walked from end to end; of a larger one the entry points are guessed from the duration.</summary>
    private static async Task<(List<Keyframe> Keyframes, TimeSpan Duration)> WithoutCuesAsync(
        IndexWindow window, MatroskaSegment segment, MatroskaTrack track, ulong scale, TimeSpan duration, CancellationToken cancellationToken)
    {
        var first = segment.FirstCluster ?? segment.Start;
        if (window.Length <= IndexWindow.SmallFileBytes)
        {
            await window.ReadAsync(new(0, window.Length), cancellationToken);
            var all = await new ClusterWalker(window, track.Number, scale).ListAsync(first, cancellationToken);
            return all.Count > 0
                ? (all, duration)
                : throw new MediaException(MediaErrorKind.IndexNotFound, "The Matroska file holds no keyframe of its video track.");
        }

        if (duration == TimeSpan.Zero)
            duration = await new ClusterWalker(window.Fork(), track.Number, scale).FindLastTimeAsync(first, cancellationToken);
        return (ProbePoints.Spread(first, segment.End, duration), duration);
    }
}
