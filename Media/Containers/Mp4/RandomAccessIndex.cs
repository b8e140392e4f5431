using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>The index at the end of a fragmented file (mfra, ISO/IEC 14496-12 8.8.9 to 8.8.11).</summary>
internal static class RandomAccessIndex
{
    /// <summary>Size of mfro, the last box, which tells how long the whole is.</summary>
    public const int EndLength = 16;

    /// <summary>About 20 bytes for each keyframe.</summary>
    private const long MaxBytes = 16L * 1024 * 1024;

    /// <returns>Where the index is; null when the file ends otherwise.</returns>
    /// <param name="end">The last bytes of the file.</param>
    public static ByteRange? Find(ReadOnlySpan<byte> end, long fileLength)
    {
        if (end.Length != EndLength || !end[4..8].SequenceEqual("mfro"u8))
            return null;

        var length = BinaryPrimitives.ReadUInt32BigEndian(end[12..]);
        return length >= EndLength && length <= Math.Min(fileLength, MaxBytes) ? new(fileLength - length, length) : null;
    }

    /// <param name="mfra">The box with its header.</param>
    public static List<Keyframe> Read(ReadOnlyMemory<byte> mfra, FragmentFacts facts, long fileLength)
    {
        var entries = new List<Keyframe>();
        var boxes = new BoxReader(BoxReader.Find(mfra, "mfra"u8));
        while (boxes.MoveNext())
        {
            var tfra = boxes.Body.Span;
            if (boxes.Is("tfra"u8) && tfra.Length >= 16 && BinaryPrimitives.ReadUInt32BigEndian(tfra[4..]) == facts.TrackId)
                Read(tfra, facts, fileLength, entries);
        }

        return entries;
    }

    /// <summary>Time and place of the fragment; the numbers of run and sample behind them, of one to four bytes each, are not needed.</summary>
    private static void Read(ReadOnlySpan<byte> tfra, FragmentFacts facts, long fileLength, List<Keyframe> entries)
    {
        var isLong = tfra[0] == 1;
        var lengths = BinaryPrimitives.ReadUInt32BigEndian(tfra[8..]);
        var numbers = (int)(3 + (lengths & 3) + (lengths >> 2 & 3) + (lengths >> 4 & 3));
        var table = new BoxTable(tfra, (isLong ? 16 : 8) + numbers, countPosition: 12);
        for (var i = 0; i < table.Count && entries.Count < SampleTable.MaxKeyframes; i++)
        {
            var time = isLong ? (long)Math.Min(table.UInt64(i), 1UL << 60) : table.UInt32(i);
            var offset = isLong ? table.UInt64(i, 8) : table.UInt32(i, 4);
            if (offset is > 0 && offset < (ulong)fileLength)
                entries.Add(new((long)offset, 0, MediaTime.ToTimeSpan(time + facts.Shift, facts.Timescale), 0) { Anchor = (long)offset });
        }
    }
}
