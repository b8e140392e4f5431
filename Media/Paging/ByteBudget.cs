namespace EventTorrent.Media.Paging;

/// <summary>
/// How much of a file ffmpeg may fetch: counted in distinct blocks, as what is there already costs a swarm nothing. Calls may be
/// concurrent.
/// </summary>
internal sealed class ByteBudget(long bytes)
{
    public const int BlockSize = CountingByteSource.BlockSize;

    /// <summary>A smaller file may be read as a whole: a fraction of it would be no pictures at all.</summary>
    private const long LeastBytes = 16 * 1024 * 1024;

    /// <summary>A plan needs the beginning, an index and the end.</summary>
    private const int PlanDivisor = 4;

    private readonly Lock _lock = new();
    private readonly HashSet<long> _blocks = [];

    /// <summary>For a plan; together with <see cref="ForPictures"/> it is what the options allow.</summary>
    public static ByteBudget ForPlan(MediaOptions options, long fileLength) => new(Whole(options, fileLength) / PlanDivisor);

    public static ByteBudget ForPictures(MediaOptions options, long fileLength) => new(Whole(options, fileLength) / PlanDivisor * (PlanDivisor - 1));

    /// <summary>Whether something had to be refused.</summary>
    public bool IsExceeded { get; private set; }

    /// <summary>Whether a file of this length may be read as a whole.</summary>
    public bool Covers(long fileLength) => fileLength <= bytes;

    /// <summary>The failure of what needed more.</summary>
    public MediaException Exceeded => new(
        MediaErrorKind.LimitExceeded,
        $"ffmpeg wants to read more than {bytes / 1024} KiB of the file: that is its byte budget ({MediaOptions.Section}:PagingMegabytes, {MediaOptions.Section}:PagingPercent).");

    /// <summary>Takes the blocks of a range, from its start on, as far as they fit.</summary>
    /// <returns>Bytes of the range that may be read; 0 when the budget is used up.</returns>
    public long Take(ByteRange range)
    {
        var end = range.Offset;
        lock (_lock)
        {
            for (var block = range.Offset / BlockSize; end < range.End; block++)
            {
                if (!_blocks.Contains(block) && (_blocks.Count + 1L) * BlockSize > bytes)
                    break;
                _blocks.Add(block);
                end = Math.Min(range.End, (block + 1) * BlockSize);
            }

            IsExceeded |= end == range.Offset;
        }

        return end - range.Offset;
    }

    private static long Whole(MediaOptions options, long fileLength) =>
        Math.Min(options.PagingMegabytes * 1024L * 1024, Math.Max(LeastBytes, fileLength / 100 * options.PagingPercent));
}
