namespace EventTorrent.Media.Containers.Mp4;

/// <summary>
/// Finds the keyframes in a sample table (stbl, ISO/IEC 14496-12 8.5 to 8.7) by walking all its boxes side by side, sample
/// by sample. The tables stay as they are in the file; only keyframes are kept, and of those no more than a bound.
/// </summary>
internal static class SampleTable
{
    /// <summary>When there are more, every second one is dropped, again and again: 60 are chosen of 65,536 or more.</summary>
    public const int MaxKeyframes = 1 << 17;

    /// <summary>Behind the end of any file, and far enough from overflow to add sample sizes to it.</summary>
    private const long Outside = 1L << 62;

    public static int CountSamples(ReadOnlyMemory<byte> stbl) => SampleSizes.Read(stbl).Count;

    /// <summary>Sum of all sample durations in units of the media's clock.</summary>
    public static long Duration(ReadOnlyMemory<byte> stbl)
    {
        var runs = TimeToSample(stbl);
        long left = CountSamples(stbl);
        var sum = 0L;
        for (var i = 0; i < runs.Count && left > 0; i++)
        {
            var samples = Math.Min(left, runs.UInt32(i));
            sum += samples * Math.Max(runs.Int32(i, 4), 0);
            left -= samples;
        }

        return sum;
    }

    /// <param name="fileLength">Keyframes that do not lie inside the file are left out.</param>
    /// <param name="lost">How many were left out because they lie outside the file, are empty, or too big.</param>
    public static List<Keyframe> ReadKeyframes(
        ReadOnlyMemory<byte> stbl, EditList edits, uint timescale, long fileLength, out LostKeyframes lost)
    {
        var sizes = SampleSizes.Read(stbl);
        var chunks = ChunkOffsets(stbl, out var isLong);
        var layout = new BoxTable(BoxReader.Find(stbl, "stsc"u8).Span, entryLength: 12);
        var durations = new RunCursor(TimeToSample(stbl));
        var shifts = new RunCursor(new(BoxReader.Find(stbl, "ctts"u8).Span, entryLength: 8));
        var sync = new SampleSet(BoxReader.Find(stbl, "stss"u8));
        // QuickTime: open-GOP pictures that decode on their own, beside those of stss.
        var partialSync = new SampleSet(BoxReader.Find(stbl, "stps"u8));

        var keyframes = new List<Keyframe>();
        lost = default;
        // The stride is a power of two.
        var (sample, seen, stride, time, entry) = (0, 0, 1, 0L, 0);
        for (var chunk = 0; chunk < chunks.Count && layout.Count > 0; chunk++)
        {
            while (entry + 1 < layout.Count && layout.UInt32(entry + 1) <= chunk + 1)
                entry++;

            var offset = (long)Math.Min(isLong ? chunks.UInt64(chunk) : chunks.UInt32(chunk), Outside);
            var samplesInChunk = layout.UInt32(entry, 4);
            for (uint i = 0; i < samplesInChunk && sample < sizes.Count; i++, sample++)
            {
                var size = sizes[sample];
                var shift = shifts.MoveNext() ? shifts.Value : 0;
                // A table without entries says that only the first sample is one (as players read it).
                var isKeyframe = !sync.Exists || sync.Contains(sample) || (sync.IsEmpty && sample == 0) || partialSync.Contains(sample);
                if (isKeyframe && (seen++ & (stride - 1)) == 0)
                {
                    if (size == 0 || size > fileLength || offset > fileLength - size)
                        lost.Outside++;
                    else if (size > Keyframe.MaxBytes)
                        lost.TooBig++;
                    else if (!edits.TryToPresentation(time + shift, out var presentation))
                        lost.Hidden++;
                    else
                        keyframes.Add(new(offset, (int)size, MediaTime.ToTimeSpan(presentation, timescale), (int)Math.Min(layout.UInt32(entry, 8), int.MaxValue) - 1));

                    if (keyframes.Count == MaxKeyframes)
                    {
                        Halve(keyframes);
                        stride *= 2;
                    }
                }

                offset += size;
                durations.MoveNext();
                time += Math.Max(durations.Value, 0);
            }
        }

        return keyframes;
    }

    private static BoxTable TimeToSample(ReadOnlyMemory<byte> stbl) => new(BoxReader.Find(stbl, "stts"u8).Span, entryLength: 8);

    private static BoxTable ChunkOffsets(ReadOnlyMemory<byte> stbl, out bool isLong)
    {
        var stco = BoxReader.Find(stbl, "stco"u8).Span;
        isLong = stco.IsEmpty;
        return isLong ? new(BoxReader.Find(stbl, "co64"u8).Span, entryLength: 8) : new(stco, entryLength: 4);
    }

    private static void Halve(List<Keyframe> keyframes)
    {
        for (var i = 0; i < keyframes.Count / 2; i++)
            keyframes[i] = keyframes[2 * i];
        keyframes.RemoveRange(keyframes.Count / 2, keyframes.Count - keyframes.Count / 2);
    }
}
