using System.Buffers.Binary;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Matroska;

/// <summary>
/// A Matroska file of one block. Of the track those elements are copied that decide how the picture looks; all else is our
/// own, so that tags, attachments and the like never reach ffmpeg.
/// </summary>
internal static class MatroskaMiniFile
{
    /// <summary>Codec data of some hundred bytes; a colour profile or a codec's tables may be in it.</summary>
    private const int MaxElementBytes = 1024 * 1024;

    /// <summary>The cluster's header with its size, and its time.</summary>
    private const int ClusterHeaderLength = 12 + 4;

    /// <summary>Blocks count from their cluster with a sign: from here on no time is negative.</summary>
    private const ushort ClusterTime = 0x8000;

    public static byte[] BuildHead(MatroskaTrack track, ulong scale)
    {
        var file = new EbmlWriter();
        file.Master(MatroskaId.Ebml, ebml => ebml
            .Bytes(MatroskaId.EbmlDocType, "matroska"u8)
            .UInt64(MatroskaId.EbmlDocTypeVersion, 4)
            .UInt64(MatroskaId.EbmlDocTypeReadVersion, 2));
        file.BeginUnknown(MatroskaId.Segment);
        file.Master(MatroskaId.Info, info => info
            .UInt64(MatroskaId.TimestampScale, scale)
            .Bytes(MatroskaId.MuxingApp, "x"u8)
            .Bytes(MatroskaId.WritingApp, "x"u8));
        file.Master(MatroskaId.Tracks, tracks => tracks.Master(MatroskaId.TrackEntry, entry => CopyTrack(entry, track.Entry)));
        return file.ToArray();
    }

    /// <summary>What a head says of its track: as much as is needed to find other keyframes of it.</summary>
    /// <returns>False when the bytes are no head.</returns>
    public static bool TryReadHead(ReadOnlyMemory<byte> head, out ulong track, out ulong scale)
    {
        (track, scale) = (0, MatroskaTime.DefaultScale);
        var level = new EbmlReader(head);
        if (head.Length > 2 * MaxElementBytes || !level.MoveNext() || level.Id != MatroskaId.Ebml || !level.MoveNext() || level.Id != MatroskaId.Segment)
            return false;

        var parts = new EbmlReader(level.Body);
        while (parts.MoveNext())
        {
            var fields = new EbmlReader(parts.Id == MatroskaId.Tracks ? EbmlReader.Find(parts.Body, MatroskaId.TrackEntry) : parts.Body);
            while (fields.MoveNext())
            {
                if (parts.Id == MatroskaId.Info && fields.Id == MatroskaId.TimestampScale)
                    scale = fields.UInt64;
                if (parts.Id == MatroskaId.Tracks && fields.Id == MatroskaId.TrackNumber)
                    track = fields.UInt64;
            }
        }

        return track > 0 && scale > 0;
    }

    /// <summary>Of H.264; else one that knows nothing.</summary>
    public static PictureCounter CounterOf(ReadOnlyMemory<byte> head)
    {
        var track = EbmlReader.Find(EbmlReader.Find(EbmlReader.Find(head, MatroskaId.Segment), MatroskaId.Tracks), MatroskaId.TrackEntry);
        return EbmlReader.Find(track, MatroskaId.CodecId).Span.SequenceEqual("V_MPEG4/ISO/AVC"u8)
            ? PictureCounter.OfDescription(EbmlReader.Find(track, MatroskaId.CodecPrivate).Span)
            : default;
    }

    public static IReadOnlyList<ReadOnlyMemory<byte>> Build(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe)
    {
        var start = new byte[head.Length + ClusterHeaderLength];
        head.CopyTo(start);
        var cluster = start.AsSpan(head.Length);
        BinaryPrimitives.WriteUInt32BigEndian(cluster, MatroskaId.Cluster);
        BinaryPrimitives.WriteUInt64BigEndian(cluster[4..], 1UL << 56 | (uint)(4 + keyframe.Length));
        (cluster[12], cluster[13]) = ((byte)MatroskaId.Timestamp, 0x82);
        BinaryPrimitives.WriteUInt16BigEndian(cluster[14..], ClusterTime);
        return [start, keyframe];
    }

    private static void CopyTrack(EbmlWriter copy, ReadOnlyMemory<byte> entry)
    {
        var total = 0;
        var elements = new EbmlReader(entry);
        while (elements.MoveNext())
        {
            if (!IsCopied(elements.Id))
                continue;

            total += elements.Body.Length;
            if (total > MaxElementBytes)
                throw new MediaException(MediaErrorKind.LimitExceeded, "The description of the video track is too big.");
            copy.Bytes(elements.Id, elements.Body.Span);
        }
    }

    private static bool IsCopied(uint id) => id is MatroskaId.TrackNumber or MatroskaId.TrackUid or MatroskaId.TrackType
        or MatroskaId.FlagLacing or MatroskaId.DefaultDuration or MatroskaId.MaxBlockAdditionId or MatroskaId.BlockAdditionMapping
        or MatroskaId.CodecId or MatroskaId.CodecPrivate or MatroskaId.Video or MatroskaId.ContentEncodings;
}
