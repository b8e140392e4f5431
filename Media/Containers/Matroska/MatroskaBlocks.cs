using System.Buffers.Binary;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Matroska;

/// <summary>Sees blocks in any part of a segment.</summary>
internal static class MatroskaBlocks
{
    private const double NanosecondsPerSecond = 1e9;
    private const int KeyframeFlag = 0x80;
    private const int ReservedFlags = 0x70;

    /// <summary>Track numbers of one byte, as good as all: the marker bit and a small number.</summary>
    private const int MaxTrack = 0x8F;

    /// <summary>Neighbours are not further apart, in seconds.</summary>
    private const double MaxApartSeconds = 2;

    private const double LongClusterSeconds = 1.5;
    private const long MaxClusterBytes = 1L << 40;

    /// <summary>
    /// Where clusters are short, as live recordings have them, one begins in most looks, and with its time the pictures behind it have
    /// theirs. Blocks count their time from the start of their cluster (RFC 9559, 10.1): where clusters are long, each block tells how far back
    /// that is, and most long clusters begin with a keyframe.
    /// </summary>
    /// <param name="start">What there is at the entry point.</param>
    public static GopSearch Search(IndexWindow window, ReadOnlySpan<byte> start, ulong track, ulong scale, PictureCounter counter)
    {
        var unit = scale / NanosecondsPerSecond;
        return counter.IsKnown && !IsInsideLongCluster(start, unit)
            ? new(window, 0, (bytes, offset, sightings) => LookForPictures(bytes, offset, track, unit, counter, sightings), counter.Modulus, counter.UnitSeconds)
            : new(window, 0, (bytes, offset, sightings) => LookForBlocks(bytes, offset, unit, sightings), modulus: 0, unit);
    }

    private static bool IsInsideLongCluster(ReadOnlySpan<byte> bytes, double unit)
    {
        var sightings = new List<Sighting>();
        LookForBlocks(bytes, 0, unit, sightings);
        return sightings is [{ IsKey: false, Count: var count }] && count * unit > LongClusterSeconds;
    }

    private static void LookForPictures(
        ReadOnlySpan<byte> bytes, long offset, ulong track, double unit, PictureCounter counter, List<Sighting> sightings)
    {
        var (at, cluster, time) = (ClusterWalker.FindCluster(bytes), -1, 0UL);
        while (at >= 0 && at < bytes.Length && EbmlHeader.TryRead(bytes[at..], MaxClusterBytes, out var header))
        {
            var body = bytes[(at + header.HeaderLength)..];
            if (header.Id == MatroskaId.Cluster)
                (cluster, time) = (at, 0);
            else if (header.IsUnknown)
                return;
            else if (header.Id == MatroskaId.Timestamp && header.BodyLength <= 8 && body.Length >= 8)
                time = BinaryPrimitives.ReadUInt64BigEndian(body) >> 64 - 8 * (int)Math.Max(header.BodyLength, 1);
            else if (header.Id is MatroskaId.SimpleBlock or MatroskaId.Block && EbmlHeader.TryReadNumber(body, maxLength: 8, out var number, out var length)
                && (number & ((1UL << 7 * length) - 1)) == track && body.Length > length + 3
                && counter.TryReadSample(body[(length + 3)..(int)Math.Clamp(header.BodyLength, length + 3, body.Length)], out var count, out var isKey))
            {
                var seconds = (time + (double)BinaryPrimitives.ReadInt16BigEndian(body[length..])) * unit;
                sightings.Add(new(offset + cluster, seconds, count, isKey || (header.Id == MatroskaId.SimpleBlock && (body[length + 2] & KeyframeFlag) != 0)));
            }

            // Into clusters and groups of blocks.
            at = header.Id is MatroskaId.Cluster or MatroskaId.BlockGroup ? at + header.HeaderLength : (int)Math.Min(at + header.Length, int.MaxValue);
        }
    }

    private static void LookForBlocks(ReadOnlySpan<byte> bytes, long offset, double unit, List<Sighting> sightings)
    {
        if (ClusterWalker.FindCluster(bytes) is >= 0 and var cluster)
            sightings.Add(new(offset + cluster, null, 0, IsKey: true));
        for (var at = 0; at < bytes.Length && sightings.Count == 0; at++)
        {
            var found = bytes[at..].IndexOf((byte)MatroskaId.SimpleBlock);
            if (found < 0)
                return;

            at += found;
            if (TryReadBlock(bytes[at..], out var length, out var time) && length < bytes.Length - at
                && TryReadBlock(bytes[(int)(at + length)..], out _, out var next) && Math.Abs(next - time) <= MaxApartSeconds / unit)
                sightings.Add(new(offset + at, null, Math.Max((int)time, 0), IsKey: false));
        }
    }

    private static bool TryReadBlock(ReadOnlySpan<byte> bytes, out long length, out short time)
    {
        (length, time) = (0, 0);
        if (!EbmlHeader.TryRead(bytes, Keyframe.MaxBytes, out var header) || header.Id != MatroskaId.SimpleBlock || header.IsCut || header.IsUnknown
            || bytes[header.HeaderLength..] is not [> 0x80 and <= MaxTrack, var high, var low, var flags, ..] || (flags & ReservedFlags) != 0)
            return false;

        (length, time) = (header.Length, BinaryPrimitives.ReadInt16BigEndian([high, low]));
        return true;
    }
}
