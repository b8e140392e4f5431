namespace EventTorrent.Media.Containers.Matroska;

/// <summary>Reads entry points out of Cues (RFC 9559, 5.1.5).</summary>
internal static class MatroskaCues
{
    /// <summary>When there are more, every second one is dropped, again and again: 60 are chosen of 32,768 or more.</summary>
    private const int MaxEntries = 1 << 16;

    /// <param name="track">Number of the track; 0 for whatever any track names.</param>
    public static List<Keyframe> Read(MatroskaSegment segment, ulong track, ulong scale)
    {
        var entries = new List<Keyframe>();
        // The stride is a power of two.
        var (seen, stride) = (0, 1);
        foreach (var cues in segment.Cues)
        {
            var points = new EbmlReader(cues);
            while (points.MoveNext())
            {
                if (points.Id != MatroskaId.CuePoint || ReadPoint(segment, points.Body, track, scale) is not { } entry || (seen++ & (stride - 1)) != 0)
                    continue;

                entries.Add(entry);
                if (entries.Count == MaxEntries)
                {
                    entries = [.. entries.Where((_, index) => index % 2 == 0)];
                    stride *= 2;
                }
            }
        }

        return entries;
    }

    private static Keyframe? ReadPoint(MatroskaSegment segment, ReadOnlyMemory<byte> point, ulong track, ulong scale)
    {
        var time = 0UL;
        Keyframe? entry = null;
        var fields = new EbmlReader(point);
        while (fields.MoveNext())
        {
            if (fields.Id == MatroskaId.CueTime)
                time = fields.UInt64;
            if (fields.Id == MatroskaId.CueTrackPositions)
                entry ??= ReadPosition(segment, fields.Body, track);
        }

        return entry is { } found ? found with { Time = MatroskaTime.ToTimeSpan(time, scale) } : null;
    }

    private static Keyframe? ReadPosition(MatroskaSegment segment, ReadOnlyMemory<byte> position, ulong track)
    {
        var (number, cluster, block) = (0UL, ulong.MaxValue, 0UL);
        var fields = new EbmlReader(position);
        while (fields.MoveNext())
        {
            switch (fields.Id)
            {
                case MatroskaId.CueTrack: number = fields.UInt64; break;
                case MatroskaId.CueClusterPosition: cluster = fields.UInt64; break;
                case MatroskaId.CueRelativePosition: block = fields.UInt64; break;
            }
        }

        var length = (ulong)(segment.End - segment.Start);
        if ((track != 0 && number != track) || cluster >= length)
            return null;

        var anchor = segment.Start + (long)cluster;
        // A block that is said to be outside the file is looked for from the start of its cluster.
        return new(block < length - cluster && track != 0 ? anchor + (long)block : anchor, 0, default, 0) { Anchor = anchor };
    }
}
