using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Matroska;

/// <summary>
/// The parts of a segment that lead to its keyframes: Info, Tracks and Cues, wherever they are. They are looked for from
/// the front up to the first cluster, where the SeekHead says, and the Cues in the last bytes of the file as well.
/// </summary>
internal sealed class MatroskaSegment
{
    /// <summary>Elements before the first cluster; real files have about ten.</summary>
    private const int MaxTopLevelElements = 4096;

    /// <summary>Title and names: a few hundred bytes.</summary>
    private const int MaxInfoBytes = 1024 * 1024;

    /// <summary>A few hundred bytes for each track; fonts are attachments, but some codecs bring tables.</summary>
    private const int MaxTracksBytes = 8 * 1024 * 1024;

    /// <summary>About 20 bytes for each keyframe: more than 20 hours with one each 40 ms.</summary>
    private const int MaxCuesBytes = 32 * 1024 * 1024;

    private const int MaxSeekHeadBytes = 64 * 1024;

    /// <summary>What is left behind the clusters is nearly always Cues and tags: when it is small, it is fetched at once.</summary>
    private const long SmallTailBytes = 512 * 1024;

    /// <summary>RFC 9559, 5.1.5 allows one; some tools write one for each part of a file.</summary>
    private const int MaxCues = 8;

    private readonly IndexWindow _window;
    private readonly List<(uint Id, long Position)> _seeks = [];
    private readonly HashSet<long> _read = [];

    private MatroskaSegment(IndexWindow window, long start, long end) => (_window, Start, End) = (window, start, end);

    /// <summary>Where positions in the segment are counted from.</summary>
    public long Start { get; }

    /// <summary>Where the segment ends, at most the end of the file.</summary>
    public long End { get; }

    /// <summary>Body of Info, or nothing.</summary>
    public ReadOnlyMemory<byte> Info { get; private set; }

    /// <summary>Body of Tracks, or nothing.</summary>
    public ReadOnlyMemory<byte> Tracks { get; private set; }

    /// <summary>Bodies of Cues.</summary>
    public List<ReadOnlyMemory<byte>> Cues { get; } = [];

    /// <summary>Where the first cluster begins; null when the way there was not gone to its end.</summary>
    public long? FirstCluster { get; private set; }

    /// <summary>The parts that had to be read.</summary>
    public List<ByteRange> Needed { get; } = [];

    public static async Task<MatroskaSegment> ReadAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        var segment = await FindAsync(window, cancellationToken);
        await segment.ReadFrontAsync(cancellationToken);
        await segment.FollowSeeksAsync(cancellationToken);
        if (segment.Cues.Count == 0)
            await segment.FindCuesInTailAsync(cancellationToken);
        return segment;
    }

    private static async Task<MatroskaSegment> FindAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        var position = 0L;
        for (var elements = 0; elements < MaxTopLevelElements && position < window.Length; elements++)
        {
            if (await TryReadHeaderAsync(window, position, window.Length, cancellationToken) is not { } header)
                break;
            if (header.Id == MatroskaId.Segment)
            {
                var start = position + header.HeaderLength;
                return new(window, start, start + header.BodyLength) { Needed = { new(0, start) } };
            }

            if (header.IsUnknown)
                break;
            position += header.Length;
        }

        throw new MediaException(MediaErrorKind.IndexNotFound, "The Matroska file has no segment; it may be cut off at its start.");
    }

    private static async ValueTask<EbmlHeader?> TryReadHeaderAsync(
        IndexWindow window, long position, long end, CancellationToken cancellationToken, long ahead = CountingByteSource.BlockSize)
    {
        if (position >= end)
            return null;

        var range = new ByteRange(position, Math.Min(EbmlHeader.MaxLength, window.Length - position));
        var bytes = await window.ReadAsync(range, cancellationToken, ahead);
        return EbmlHeader.TryRead(bytes.Span, end - position, out var header) ? header : null;
    }

    /// <summary>Goes from element to element up to the first cluster, or until all that is left is where the SeekHead says.</summary>
    private async Task ReadFrontAsync(CancellationToken cancellationToken)
    {
        var position = Start;
        for (var elements = 0; elements < MaxTopLevelElements; elements++)
        {
            if (await TryReadHeaderAsync(_window, position, End, cancellationToken) is not { } header)
                return;
            if (header.Id == MatroskaId.Cluster)
            {
                FirstCluster = position;
                return;
            }

            if (!await TryReadElementAsync(position, header, cancellationToken))
                Needed.Add(new(position, header.HeaderLength));
            if (header.IsUnknown || (!Info.IsEmpty && !Tracks.IsEmpty && _seeks.Exists(seek => seek.Id == MatroskaId.Cues)))
                return;
            position += header.Length;
        }
    }

    private async Task FollowSeeksAsync(CancellationToken cancellationToken)
    {
        // A SeekHead may name another one, whose entries are added behind.
        for (var i = 0; i < _seeks.Count; i++)
        {
            var (id, position) = _seeks[i];
            var isWanted = id switch
            {
                MatroskaId.Info => Info.IsEmpty,
                MatroskaId.Tracks => Tracks.IsEmpty,
                MatroskaId.Cues => Cues.Count < MaxCues,
                MatroskaId.SeekHead => true,
                _ => false,
            };
            if (!isWanted || position >= End || _read.Contains(position))
                continue;

            var left = End - position;
            if (await TryReadHeaderAsync(_window, position, End, cancellationToken, left <= SmallTailBytes ? left : CountingByteSource.BlockSize) is { } header
                && header.Id == id)
                await TryReadElementAsync(position, header, cancellationToken);
        }
    }

    /// <summary>Without an entry in a SeekHead the Cues may still be in what has been read of the end.</summary>
    private async Task FindCuesInTailAsync(CancellationToken cancellationToken)
    {
        var id = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(id, MatroskaId.Cues);
        var start = Math.Max(Start, (_window.Length - 1) / CountingByteSource.BlockSize * CountingByteSource.BlockSize);
        if (start >= End)
            return;

        var tail = await _window.ReadAsync(new(start, End - start), cancellationToken);
        for (var position = 0; tail.Span[position..].IndexOf(id) is >= 0 and var found; position++)
        {
            position += found;
            if (EbmlHeader.TryRead(tail.Span[position..], tail.Length - position, out var header) && header is { IsCut: false, IsUnknown: false }
                && tail.Span[(position + header.HeaderLength)..] is [(byte)MatroskaId.CuePoint or (byte)MatroskaId.Crc32 or (byte)MatroskaId.Void, ..])
            {
                await TryReadElementAsync(start + position, header, cancellationToken);
                return;
            }
        }
    }

    /// <returns>Whether it is one of those that are wanted.</returns>
    private async Task<bool> TryReadElementAsync(long position, EbmlHeader header, CancellationToken cancellationToken)
    {
        var maxBytes = header.Id switch
        {
            MatroskaId.SeekHead => MaxSeekHeadBytes,
            MatroskaId.Info => MaxInfoBytes,
            MatroskaId.Tracks => MaxTracksBytes,
            MatroskaId.Cues => MaxCuesBytes,
            _ => 0,
        };
        // Of those none may be of unknown size (RFC 9559, 5.1). A file that ends inside its Cues still has the first of them.
        if (maxBytes == 0 || header.IsUnknown || (header.IsCut && header.Id != MatroskaId.Cues) || !_read.Add(position))
            return false;
        if (header.BodyLength > maxBytes)
        {
            return header.Id is MatroskaId.SeekHead or MatroskaId.Cues
                ? false
                : throw new MediaException(MediaErrorKind.LimitExceeded, $"An index element has {header.BodyLength} bytes.");
        }

        var whole = new ByteRange(position, header.Length);
        var body = (await _window.ReadAsync(whole, cancellationToken))[header.HeaderLength..];
        Needed.Add(whole);
        switch (header.Id)
        {
            case MatroskaId.SeekHead: ReadSeekHead(body); break;
            case MatroskaId.Info when Info.IsEmpty: Info = body; break;
            case MatroskaId.Tracks when Tracks.IsEmpty: Tracks = body; break;
            case MatroskaId.Cues when Cues.Count < MaxCues: Cues.Add(body); break;
        }

        return true;
    }

    private void ReadSeekHead(ReadOnlyMemory<byte> seekHead)
    {
        var seeks = new EbmlReader(seekHead);
        while (seeks.MoveNext())
        {
            if (seeks.Id != MatroskaId.Seek)
                continue;

            var (id, position) = (0UL, ulong.MaxValue);
            var fields = new EbmlReader(seeks.Body);
            while (fields.MoveNext())
            {
                if (fields.Id == MatroskaId.SeekId)
                    id = fields.UInt64;
                if (fields.Id == MatroskaId.SeekPosition)
                    position = fields.UInt64;
            }

            if (position < (ulong)(End - Start) && id is MatroskaId.Info or MatroskaId.Tracks or MatroskaId.Cues or MatroskaId.SeekHead && _seeks.Count < MaxTopLevelElements)
                _seeks.Add(((uint)id, Start + (long)position));
        }
    }
}
