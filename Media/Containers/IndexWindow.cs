using System.Runtime.CompilerServices;

namespace EventTorrent.Media.Containers;

/// <summary>
/// The parts of a file that have been read so far. Opening reads head and tail in one round, as every index begins at one
/// of the two; later reads fetch only what is missing. Rounds and bytes are bounded, whatever the file says.
/// </summary>
internal sealed class IndexWindow
{
    private const int BlockSize = CountingByteSource.BlockSize;

    /// <summary>Dependent reads of one index, of which real files need two or three, or of one search.</summary>
    private const int MaxRounds = 64;

    /// <summary>Bytes of one index with everything read on the way to it.</summary>
    private const long MaxBytes = 128L * 1024 * 1024;

    /// <summary>Bytes of all windows that look for keyframes of one file side by side: 60 shots at 4 MiB.</summary>
    private const long MaxForkedBytes = 256L * 1024 * 1024;

    /// <summary>Files without an index that are read whole: as many bytes as looking for a few keyframes costs.</summary>
    public const long SmallFileBytes = 2 * 1024 * 1024;

    /// <summary>Bytes with which a scan reaches back into the window before.</summary>
    public const int ScanOverlap = 1024;

    /// <summary>
    /// First and largest window of a scan: bytes are traded for rounds. Each is half of what was read before, so that a third is too much
    /// at worst.
    /// </summary>
    private const int MinScanBytes = 256 * 1024;

    private const int LeastScanBytes = 32 * 1024;

    private const int MaxScanWindowBytes = 4 * 1024 * 1024;

    /// <summary>A place where reading can begin comes at least every 20 s in any real file: 32 MiB are 13 Mbit/s.</summary>
    private const long MaxScanBytes = 32L * 1024 * 1024;

    private readonly IByteSource _source;
    private readonly List<(ByteRange Range, ReadOnlyMemory<byte> Bytes)> _parts = [];
    private readonly StrongBox<long> _forkedBytes;
    private readonly bool _isFork;
    private long _bytes;
    private int _rounds;
    private int _minScanBytes = MinScanBytes;

    private IndexWindow(IByteSource source, StrongBox<long>? forkedBytes = null) =>
        (_source, _forkedBytes, _isFork) = (source, forkedBytes ?? new(), forkedBytes is not null);

    /// <summary>Size of the file in bytes.</summary>
    public long Length => _source.Length;

    /// <summary>The first bytes of the file: one block, or all of a smaller file.</summary>
    public ReadOnlyMemory<byte> Head => _parts.Count > 0 ? _parts[0].Bytes : default;

    public static async Task<IndexWindow> OpenAsync(IByteSource source, CancellationToken cancellationToken)
    {
        var window = new IndexWindow(source);
        var head = new ByteRange(0, Math.Min(BlockSize, source.Length));
        var tailOffset = Math.Max(head.End, (source.Length - 1) / BlockSize * BlockSize);
        var tail = new ByteRange(tailOffset, source.Length - tailOffset);
        await window.FetchAsync(head.Length == 0 ? [] : tail.Length == 0 ? [head] : [head, tail], cancellationToken);
        return window;
    }

    /// <summary>A window of which nothing has been read.</summary>
    public static IndexWindow Over(IByteSource source) => new(source);

    /// <summary>A window that begins with what this one has read. It has limits of its own, and shares one with the other forks.</summary>
    public IndexWindow Fork()
    {
        var fork = new IndexWindow(_source, _forkedBytes);
        fork._parts.AddRange(_parts);
        return fork;
    }

    /// <summary>What scans look for is probably near: their windows begin small.</summary>
    public IndexWindow ExpectNear(int bytes)
    {
        _minScanBytes = Math.Clamp(bytes, LeastScanBytes, MaxScanWindowBytes);
        return this;
    }

    /// <summary>Reads several ranges, which must lie inside the file, in one round.</summary>
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAllAsync(
        IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        await FetchAsync([.. ranges.Where(range => !TryGet(range, out _)).SelectMany(Missing).Distinct()], cancellationToken);
        return [.. ranges.Select(Join)];
    }

    /// <summary>
    /// Scans forward in growing windows. Only the window in which something is found is kept.
    /// </summary>
    /// <returns>Where the place is in the file; null when there is none before the end or the limit of a scan.</returns>
    public async Task<long?> FindAsync(long offset, SyncFinder find, CancellationToken cancellationToken)
    {
        var size = _minScanBytes;
        for (var position = offset; position < Length && position - offset < MaxScanBytes;)
        {
            var range = new ByteRange(position, Math.Min(size, Length - position));
            var isHere = TryGet(range, out var bytes);
            if (!isHere)
            {
                Spend(range.Length);
                bytes = (await _source.ReadAsync([range], cancellationToken))[0];
            }

            var found = find(bytes.Span);
            if (found >= 0)
            {
                if (!isHere)
                    _parts.Add((range, bytes));
                return position + found;
            }

            if (range.End == Length)
                break;
            position = range.End - ScanOverlap;
            size = (int)Math.Clamp((range.End - offset) / 2, _minScanBytes, MaxScanWindowBytes);
        }

        return null;
    }

    /// <summary>Reads a range, which must lie inside the file.</summary>
    /// <param name="ahead">
    /// Bytes to fetch from the range's start on if it must be fetched at all, because they will probably be wanted next.
    /// </param>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(ByteRange range, CancellationToken cancellationToken, long ahead = 0)
    {
        if (TryGet(range, out var bytes))
            return bytes;

        var wanted = range with { Length = Math.Max(range.Length, Math.Min(ahead, Length - range.Offset)) };
        await FetchAsync(Missing(wanted), cancellationToken);
        return Join(range);
    }

    private bool TryGet(ByteRange range, out ReadOnlyMemory<byte> bytes)
    {
        foreach (var part in _parts)
        {
            if (range.Offset >= part.Range.Offset && range.End <= part.Range.End)
            {
                bytes = part.Bytes.Slice((int)(range.Offset - part.Range.Offset), (int)range.Length);
                return true;
            }
        }

        bytes = default;
        return false;
    }

    private async Task FetchAsync(List<ByteRange> ranges, CancellationToken cancellationToken)
    {
        if (ranges.Count == 0)
            return;

        Spend(ranges.Sum(range => range.Length));
        var results = await _source.ReadAsync(ranges, cancellationToken);
        _parts.AddRange(ranges.Zip(results));
    }

    private void Spend(long bytes)
    {
        _bytes += bytes;
        if (++_rounds > MaxRounds || _bytes > MaxBytes || (_isFork && Interlocked.Add(ref _forkedBytes.Value, bytes) > MaxForkedBytes))
            throw new MediaException(MediaErrorKind.LimitExceeded, "The index is spread over more of the file than is read.");
    }

    private List<ByteRange> Missing(ByteRange wanted)
    {
        var missing = new List<ByteRange>();
        var position = wanted.Offset;
        foreach (var part in _parts.OrderBy(part => part.Range.Offset))
        {
            if (part.Range.End <= position)
                continue;
            if (part.Range.Offset >= wanted.End)
                break;
            if (part.Range.Offset > position)
                missing.Add(new(position, part.Range.Offset - position));
            position = part.Range.End;
        }

        if (position < wanted.End)
            missing.Add(new(position, wanted.End - position));
        return missing;
    }

    private ReadOnlyMemory<byte> Join(ByteRange range)
    {
        if (TryGet(range, out var bytes))
            return bytes;

        var joined = new byte[range.Length];
        foreach (var part in _parts)
        {
            var from = Math.Max(part.Range.Offset, range.Offset);
            var to = Math.Min(part.Range.End, range.End);
            if (from < to)
                part.Bytes[(int)(from - part.Range.Offset)..(int)(to - part.Range.Offset)].CopyTo(joined.AsMemory((int)(from - range.Offset)));
        }

        // Kept, so that reading the same again costs nothing.
        _parts.Add((range, joined));
        return joined;
    }
}
