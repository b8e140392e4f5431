using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>The segment index (sidx, ISO/IEC 14496-12 8.16.3): times and places of fragments.</summary>
internal sealed class SegmentIndex
{
    private const int ReferenceLength = 12;

    /// <summary>Keyframes, or entry points, at the start of each fragment.</summary>
    public List<Keyframe> Entries { get; } = [];

    /// <summary>Further segment indexes that this one refers to.</summary>
    public List<ByteRange> Nested { get; } = [];

    /// <summary>Where the last fragment ends.</summary>
    public long End { get; private set; }

    /// <summary>When the last fragment ends.</summary>
    public TimeSpan Duration { get; private set; }

    /// <param name="body">Body of the box.</param>
    /// <param name="boxEnd">The first byte behind the box, from which places are counted.</param>
    /// <returns>Null when it is of another track or no index.</returns>
    public static SegmentIndex? Read(ReadOnlySpan<byte> body, long boxEnd, FragmentFacts facts, long fileLength)
    {
        var isLong = body.Length > 0 && body[0] != 0;
        var tableStart = isLong ? 32 : 24;
        if (body.Length < tableStart || BinaryPrimitives.ReadUInt32BigEndian(body[4..]) != facts.TrackId)
            return null;

        var timescale = Math.Max(BinaryPrimitives.ReadUInt32BigEndian(body[8..]), 1);
        UInt128 time = isLong ? BinaryPrimitives.ReadUInt64BigEndian(body[12..]) : BinaryPrimitives.ReadUInt32BigEndian(body[12..]);
        UInt128 offset = (ulong)boxEnd;
        offset += isLong ? BinaryPrimitives.ReadUInt64BigEndian(body[20..]) : BinaryPrimitives.ReadUInt32BigEndian(body[16..]);
        var count = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(body[(tableStart - 2)..]), (body.Length - tableStart) / ReferenceLength);
        var index = new SegmentIndex();
        for (var i = 0; i < count && offset < (ulong)fileLength; i++)
        {
            var reference = body.Slice(tableStart + i * ReferenceLength, ReferenceLength);
            var size = BinaryPrimitives.ReadUInt32BigEndian(reference);
            var length = size & 0x7FFF_FFFF;
            if (size != length)
                index.Nested.Add(new((long)offset, Math.Min(length, fileLength - (long)offset)));
            else if (length > 0)
                index.Entries.Add(new((long)offset, 0, ToTimeSpan(time, timescale), 0) { Anchor = (long)offset });
            offset += length;
            time += BinaryPrimitives.ReadUInt32BigEndian(reference[4..]);
        }

        index.End = (long)UInt128.Min(offset, (ulong)fileLength);
        index.Duration = ToTimeSpan(time, timescale);
        return index;
    }

    public void Add(SegmentIndex other)
    {
        Entries.AddRange(other.Entries);
        Nested.AddRange(other.Nested);
        End = Math.Max(End, other.End);
        Duration = other.Duration > Duration ? other.Duration : Duration;
    }

    private static TimeSpan ToTimeSpan(UInt128 time, uint timescale) => MediaTime.ToTimeSpan((long)UInt128.Min(time, long.MaxValue), timescale);
}
