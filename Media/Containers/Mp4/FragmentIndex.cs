using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Mp4;

/// <summary>
/// Entry points to the fragments of a file: from sidx behind the moov, from mfra at the end, else by walking a small file,
/// else guesses from which to scan.
/// </summary>
internal sealed class FragmentIndex
{
    /// <summary>65,535 references at most, of 12 bytes each (ISO/IEC 14496-12 8.16.3).</summary>
    private const long MaxSidxBytes = 1024 * 1024;

    /// <summary>styp, sidx, emsg, prft and the like before the first moof.</summary>
    private const int MaxBoxesBeforeFragments = 64;

    /// <summary>Segment indexes that a first one refers to.</summary>
    private const int MaxNested = 256;

    private readonly IndexWindow _window;
    private readonly FragmentFacts _facts;

    private FragmentIndex(IndexWindow window, FragmentFacts facts) => (_window, _facts) = (window, facts);

    /// <summary>Keyframes, or entry points to them; may be empty.</summary>
    public List<Keyframe> Entries { get; private set; } = [];

    /// <summary>As far as the index tells; zero when it does not.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>The parts of the file that make the index.</summary>
    public List<ByteRange> Needed { get; } = [];

    /// <param name="from">The first byte behind the moov.</param>
    /// <param name="duration">What the moov says; zero when it says nothing.</param>
    public static async Task<FragmentIndex> ReadAsync(
        IndexWindow window, FragmentFacts facts, long from, TimeSpan duration, CancellationToken cancellationToken)
    {
        var index = new FragmentIndex(window, facts) { Duration = duration };
        if (!await index.TryReadSegmentIndexAsync(from, cancellationToken) && !await index.TryReadRandomAccessIndexAsync(cancellationToken))
            await index.FindWithoutIndexAsync(from, cancellationToken);
        return index;
    }

    private async Task<bool> TryReadSegmentIndexAsync(long from, CancellationToken cancellationToken)
    {
        SegmentIndex? index = null;
        var position = from;
        for (var boxes = 0; boxes < MaxBoxesBeforeFragments && position < _window.Length; boxes++)
        {
            var start = new ByteRange(position, Math.Min(BoxHeader.MaxLength, _window.Length - position));
            var bytes = await _window.ReadAsync(start, cancellationToken, CountingByteSource.BlockSize);
            if (!BoxHeader.TryRead(bytes.Span, _window.Length - position, out var header) || header.Is("moof"u8) || header.Is("mdat"u8))
                break;

            if (header.Is("sidx"u8) && header is { IsCut: false, Length: <= MaxSidxBytes })
            {
                var whole = new ByteRange(position, header.Length);
                var body = (await _window.ReadAsync(whole, cancellationToken))[header.HeaderLength..];
                index ??= SegmentIndex.Read(body.Span, whole.End, _facts, _window.Length);
                Needed.Add(whole);
            }

            position += header.Length;
        }

        if (index is null)
            return false;

        await ReadNestedAsync(index, cancellationToken);
        // One that covers the first segment only is one of many: files put together from segments have it.
        if (index.Entries.Count == 0 || index.End - position < (_window.Length - position) / 2)
            return false;

        Entries = index.Entries;
        Duration = index.Duration > Duration ? index.Duration : Duration;
        return true;
    }

    private async Task ReadNestedAsync(SegmentIndex index, CancellationToken cancellationToken)
    {
        var ranges = index.Nested.Where(range => range.Length is > 8 and <= MaxSidxBytes).Take(MaxNested).ToList();
        if (ranges.Count == 0)
            return;

        // The size is that of the index alone or with the fragments behind it; its start is what counts.
        var heads = ranges.ConvertAll(range => range with { Length = Math.Min(range.Length, CountingByteSource.BlockSize) });
        var parts = await _window.ReadAllAsync(heads, cancellationToken);
        foreach (var (range, bytes) in heads.Zip(parts))
        {
            if (BoxHeader.TryRead(bytes.Span, bytes.Length, out var header) && header.Is("sidx"u8)
                && SegmentIndex.Read(bytes.Span[header.HeaderLength..(int)header.Length], range.Offset + BinaryPrimitives.ReadUInt32BigEndian(bytes.Span), _facts, _window.Length) is { } nested)
                index.Add(nested);
        }

        Needed.AddRange(heads);
    }

    private async Task<bool> TryReadRandomAccessIndexAsync(CancellationToken cancellationToken)
    {
        if (_window.Length < RandomAccessIndex.EndLength)
            return false;

        var end = await _window.ReadAsync(new(_window.Length - RandomAccessIndex.EndLength, RandomAccessIndex.EndLength), cancellationToken);
        if (RandomAccessIndex.Find(end.Span, _window.Length) is not { } range)
            return false;

        Entries = RandomAccessIndex.Read(await _window.ReadAsync(range, cancellationToken), _facts, _window.Length);
        Needed.Add(range);
        if (Entries.Count > 0 && Entries.Max(entry => entry.Time) is var last && last > Duration)
            Duration = last;
        return Entries.Count > 0;
    }

    private async Task FindWithoutIndexAsync(long from, CancellationToken cancellationToken)
    {
        if (_window.Length <= IndexWindow.SmallFileBytes)
        {
            await _window.ReadAsync(new(0, _window.Length), cancellationToken);
            Entries = await new FragmentWalker(_window, _facts).ListAsync(from, SampleTable.MaxKeyframes, cancellationToken);
            return;
        }

        if (Duration == TimeSpan.Zero)
            Duration = await new FragmentWalker(_window.Fork(), _facts).FindLastTimeAsync(from, cancellationToken);
        if (from < _window.Length)
            Entries = ProbePoints.Spread(from, _window.Length, Duration);
    }
}
