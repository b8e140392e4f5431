using System.Buffers.Binary;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Matroska;

/// <summary>
/// Goes from element to element through clusters until the next keyframe of one track. Clusters and what stands between
/// them are walked as one level, so that clusters of unknown size need no care.
/// </summary>
internal sealed class ClusterWalker(IndexWindow window, ulong track, ulong scale, PictureCounter counter = default)
{
    /// <summary>A cluster has some hundred blocks; the keyframe is one of the first.</summary>
    private const int MaxStepsToKeyframe = 20_000;

    /// <summary>Of a file that is walked from end to end: one megabyte.</summary>
    private const int MaxStepsOfFile = 1_000_000;

    /// <summary>Header of an element, and of the block inside: track number of up to 8 bytes, time, flags (RFC 9559, 10).</summary>
    private const int PeekBytes = EbmlHeader.MaxLength + EbmlHeader.MaxLength + 11;

    private const int MinClusterHeader = 5;
    private const int MaxAhead = 1024 * 1024;
    private const int KeyframeFlag = 0x80;

    /// <summary>Places that look like a cluster by chance are rare.</summary>
    private const int MaxScans = 3;

    private long _position;
    private long _loadedTo;
    private int _ahead = CountingByteSource.BlockSize;
    private int _steps;
    private ulong _clusterTime;

    /// <summary>A cluster begins with its time; a checksum, a gap or the older Position and PrevSize may stand before it.</summary>
    public static int FindCluster(ReadOnlySpan<byte> bytes)
    {
        Span<byte> id = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(id, MatroskaId.Cluster);
        for (var position = 0; bytes[position..].IndexOf(id) is >= 0 and var found; position++)
        {
            position += found;
            if (IsCluster(bytes[position..]))
                return position;
        }

        return -1;
    }

    /// <summary>The keyframe behind an entry point: where Cues say, or the first behind a guessed position.</summary>
    public async Task<Keyframe?> LocateAsync(Keyframe entry, CancellationToken cancellationToken)
    {
        _steps = MaxStepsToKeyframe;
        if (entry.Anchor > 0)
        {
            if (entry.Offset > entry.Anchor && await TryReadCuedBlockAsync(entry, cancellationToken) is { } block)
                return block;

            _position = entry.Anchor;
            return await NextAsync(cancellationToken);
        }

        var from = entry.Offset;
        var start = await window.ReadAsync(Clip(new(from / GopSearch.FirstBytes * GopSearch.FirstBytes, GopSearch.FirstBytes)), cancellationToken);
        var search = MatroskaBlocks.Search(window, start.Span, track, scale, counter);
        if (await search.FindAsync(from, from / Math.Max(entry.Time.TotalSeconds, 1), cancellationToken) is { } better)
        {
            window.ExpectNear(search.NearBytes);
            from = better;
        }

        for (var scan = 0; scan < MaxScans; scan++)
        {
            if (await window.FindAsync(from, FindCluster, cancellationToken) is not { } cluster)
                return null;

            _position = cluster;
            _loadedTo = cluster;
            if (await NextAsync(cancellationToken) is { } keyframe)
                return keyframe;
            from = cluster + 1;
        }

        return null;
    }

    /// <summary>All keyframes of a file that is in memory.</summary>
    public async Task<List<Keyframe>> ListAsync(long from, CancellationToken cancellationToken)
    {
        _steps = MaxStepsOfFile;
        _position = from;
        _loadedTo = window.Length;
        var keyframes = new List<Keyframe>();
        while (_steps > 0)
        {
            if (await NextAsync(cancellationToken) is { } keyframe)
                keyframes.Add(keyframe);
            // Damaged: goes on where the next cluster begins.
            else if (_position + 1 < window.Length && await window.FindAsync(_position + 1, FindCluster, cancellationToken) is { } cluster)
                _position = cluster;
            else
                break;
        }

        return keyframes;
    }

    /// <summary>When the last cluster begins, which is nearly the duration; zero when none is found.</summary>
    public async Task<TimeSpan> FindLastTimeAsync(long first, CancellationToken cancellationToken)
    {
        const long MaxTail = 16L * 1024 * 1024;
        var end = window.Length;
        for (long size = 64 * 1024; size <= MaxTail && end > first; size *= 4)
        {
            var start = Math.Max(first, window.Length - size);
            // Across the border to what has been read before.
            var bytes = await window.ReadAsync(new(start, Math.Min(window.Length, end + IndexWindow.ScanOverlap) - start), cancellationToken);
            if (FindLastCluster(bytes.Span) is >= 0 and var found)
            {
                var elements = new EbmlReader(bytes[found..]);
                return elements.MoveNext() && FirstTimestamp(elements.Body) is { } time ? MatroskaTime.ToTimeSpan(time, scale) : TimeSpan.Zero;
            }

            end = start;
        }

        return TimeSpan.Zero;
    }

    private static int FindLastCluster(ReadOnlySpan<byte> bytes)
    {
        Span<byte> id = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(id, MatroskaId.Cluster);
        var position = bytes.LastIndexOf(id);
        while (position >= 0 && !IsCluster(bytes[position..]))
            position = bytes[..position].LastIndexOf(id);
        return position;
    }

    private static bool IsCluster(ReadOnlySpan<byte> bytes) =>
        EbmlHeader.TryRead(bytes, long.MaxValue, out var header)
        && bytes[header.HeaderLength..] is
        [
            (byte)MatroskaId.Timestamp or (byte)MatroskaId.Crc32 or (byte)MatroskaId.Void or (byte)MatroskaId.Position or (byte)MatroskaId.PrevSize, ..
        ];

    private static ulong? FirstTimestamp(ReadOnlyMemory<byte> cluster)
    {
        var elements = new EbmlReader(cluster);
        for (var i = 0; i < 8 && elements.MoveNext(); i++)
        {
            if (elements.Id == MatroskaId.Timestamp)
                return elements.UInt64;
        }

        return null;
    }

    /// <summary>
    /// CueRelativePosition counts from behind the cluster's header, of 5 to 12 bytes. That may be far from the block and is
    /// not read for its length alone: of the eight places one holds a keyframe of the track. Only when that is not so does
    /// the header decide.
    /// </summary>
    private async Task<Keyframe?> TryReadCuedBlockAsync(Keyframe entry, CancellationToken cancellationToken)
    {
        var first = entry.Offset + MinClusterHeader;
        var range = Clip(new(first, EbmlHeader.MaxLength - MinClusterHeader + PeekBytes));
        if (range.Length <= 0)
            return null;

        var bytes = await window.ReadAsync(range, cancellationToken);
        var found = Enumerable.Range(0, EbmlHeader.MaxLength - MinClusterHeader + 1)
            .Select(i => TryReadKeyframe(bytes, first, first + i, entry.Time)).Where(keyframe => keyframe is not null).ToList();
        if (found.Count <= 1)
            return found.FirstOrDefault();

        var cluster = await window.ReadAsync(Clip(new(entry.Anchor, EbmlHeader.MaxLength)), cancellationToken);
        return EbmlHeader.TryRead(cluster.Span, window.Length - entry.Anchor, out var header) && header.Id == MatroskaId.Cluster
            ? TryReadKeyframe(bytes, first, entry.Offset + header.HeaderLength, entry.Time)
            : null;
    }

    /// <summary>The block at a position, when it is a keyframe of the track.</summary>
    /// <param name="bytes">What has been read from <paramref name="start"/> on.</param>
    private Keyframe? TryReadKeyframe(ReadOnlyMemory<byte> bytes, long start, long position, TimeSpan time)
    {
        var rest = bytes.Span[(int)Math.Clamp(position - start, 0, bytes.Length)..];
        if (!EbmlHeader.TryRead(rest, window.Length - position, out var element) || element.IsCut || element.IsUnknown || element.Length > Keyframe.MaxBytes)
            return null;

        var body = rest[element.HeaderLength..];
        var isKeyframe = element.Id switch
        {
            MatroskaId.SimpleBlock => TryReadBlock(body, out _, out var flags) && (flags & KeyframeFlag) != 0,
            // The Cues vouch that nothing it refers to stands behind the block.
            MatroskaId.BlockGroup => EbmlHeader.TryRead(body, element.BodyLength, out var inner)
                && inner is { Id: MatroskaId.Block, IsCut: false } && TryReadBlock(body[inner.HeaderLength..], out _, out _),
            _ => false,
        };
        return isKeyframe ? new(position, (int)element.Length, time, 0) : null;
    }

    private async Task<Keyframe?> NextAsync(CancellationToken cancellationToken)
    {
        while (_position < window.Length && _steps-- > 0)
        {
            var start = _position;
            var bytes = await PeekAsync(start, cancellationToken);
            if (!EbmlHeader.TryRead(bytes.Span, window.Length - start, out var header))
                return null;
            if (header.Id == MatroskaId.Cluster)
            {
                _clusterTime = 0;
                _position = start + header.HeaderLength;
                continue;
            }

            if (header.IsUnknown || header.IsCut)
                return null;

            _position = start + header.Length;
            var body = bytes[header.HeaderLength..];
            if (header.Id == MatroskaId.Timestamp)
                _clusterTime = ReadUInt64(bytes[..(int)Math.Min(bytes.Length, header.Length)]);
            short? time = header.Id switch
            {
                MatroskaId.SimpleBlock => TryReadBlock(body.Span, out var shift, out var flags) && (flags & KeyframeFlag) != 0 ? shift : null,
                MatroskaId.BlockGroup => await TryReadGroupAsync(start + header.HeaderLength, header.BodyLength, cancellationToken),
                _ => null,
            };
            if (time is { } relative && header.Length <= Keyframe.MaxBytes)
                return new(start, (int)header.Length, MatroskaTime.ToTimeSpan(Add(_clusterTime, relative), scale), 0);
        }

        return null;
    }

    /// <returns>The time of the block; null when it is of another track or refers to other blocks.</returns>
    private async Task<short?> TryReadGroupAsync(long start, long length, CancellationToken cancellationToken)
    {
        short? time = null;
        var end = start + length;
        for (var position = start; position < end && _steps-- > 0;)
        {
            var bytes = await PeekAsync(position, cancellationToken);
            if (!EbmlHeader.TryRead(bytes.Span, end - position, out var header))
                return null;
            if (header.Id == MatroskaId.ReferenceBlock)
                return null;
            if (header.Id == MatroskaId.Block)
            {
                if (!TryReadBlock(bytes.Span[header.HeaderLength..], out var shift, out _))
                    return null;
                time = shift;
            }

            position += header.Length;
        }

        return time;
    }

    private ValueTask<ReadOnlyMemory<byte>> PeekAsync(long position, CancellationToken cancellationToken)
    {
        var range = Clip(new(position, PeekBytes));
        if (range.End > _loadedTo)
        {
            _loadedTo = position + _ahead;
            _ahead = Math.Min(2 * _ahead, MaxAhead);
        }

        return window.ReadAsync(range, cancellationToken, _loadedTo - position);
    }

    /// <summary>Whether it is a block of the track (RFC 9559, 10.1).</summary>
    private bool TryReadBlock(ReadOnlySpan<byte> block, out short time, out byte flags)
    {
        (time, flags) = (0, 0);
        if (!EbmlHeader.TryReadNumber(block, maxLength: 8, out var number, out var length) || block.Length < length + 3)
            return false;

        time = BinaryPrimitives.ReadInt16BigEndian(block[length..]);
        flags = block[length + 2];
        return (number & ((1UL << 7 * length) - 1)) == track;
    }

    private static ulong ReadUInt64(ReadOnlyMemory<byte> element)
    {
        var reader = new EbmlReader(element);
        return reader.MoveNext() ? reader.UInt64 : 0;
    }

    private static ulong Add(ulong time, short shift) => (ulong)Int128.Clamp((Int128)time + shift, 0, ulong.MaxValue);

    private ByteRange Clip(ByteRange range) => range with { Length = Math.Min(range.Length, window.Length - range.Offset) };
}
