namespace EventTorrent.Media.Containers;

/// <summary>
/// For files without an index: all keyframes of a small file, else entry points spread evenly, from which a reader looks
/// forward for the next keyframe.
/// </summary>
internal static class SequentialScan
{
    /// <summary>A file up to this size is read as a whole.</summary>
    private const long WholeBytes = 2 * 1024 * 1024;

    /// <summary>Four for each of the most pictures that can be wanted: the others are stand-ins.</summary>
    private const int MaxEntries = 4 * ScreenshotPlan.MaxShots;

    private const int MaxKeyframes = 2048;
    private const int LeastSpacing = 16 * 1024;

    /// <summary>Finds the first keyframe at or behind an entry point; null when there is none.</summary>
    public delegate Task<Keyframe?> Next(IndexWindow window, Keyframe entry, CancellationToken cancellationToken);

    /// <param name="media">The part of the file that holds the pictures.</param>
    /// <param name="duration">Of that part, or 0 when unknown; entry points have estimated times.</param>
    /// <returns>Keyframes or entry points, at least one.</returns>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.IndexNotFound"/> when a small file has no keyframe.</exception>
    public static async Task<List<Keyframe>> ReadAsync(
        IndexWindow window, ByteRange media, TimeSpan duration, Next next, CancellationToken cancellationToken)
    {
        if (window.Length <= WholeBytes)
            return await ReadAllAsync(window, media, duration, next, cancellationToken);

        var count = (int)Math.Clamp(media.Length / LeastSpacing, 1, MaxEntries);
        return [.. Enumerable.Range(0, count).Select(i => Entry(media, duration, media.Offset + media.Length / count * i))];
    }

    /// <summary>
    /// What <see cref="IContainerReader.LocateAsync"/> does. Behind the last keyframe there may be a long rest: then the
    /// first is as good as any.
    /// </summary>
    /// <param name="search">Finds a better place to begin; null where pictures tell nothing.</param>
    public static async Task<LocatedKeyframe?> LocateAsync(
        IndexWindow window, Keyframe entry, Next next, CancellationToken cancellationToken, GopSearch? search = null)
    {
        if (search is not null && await search.FindAsync(entry.Offset, BytesPerSecond(entry), cancellationToken) is { } better)
        {
            window.ExpectNear(search.NearBytes);
            entry = entry with { Offset = better };
        }

        var found = await next(window, entry, cancellationToken)
            ?? await next(window, entry with { Offset = entry.Anchor, Time = TimeSpan.Zero }, cancellationToken);
        return found is { } keyframe ? new(keyframe) : null;
    }

    /// <summary>On the way from the start to an entry point.</summary>
    private static double BytesPerSecond(Keyframe entry) => (entry.Offset - entry.Anchor) / Math.Max(entry.Time.TotalSeconds, 1);

    private static async Task<List<Keyframe>> ReadAllAsync(
        IndexWindow window, ByteRange media, TimeSpan duration, Next next, CancellationToken cancellationToken)
    {
        await window.ReadAsync(new(0, window.Length), cancellationToken);
        var keyframes = new List<Keyframe>();
        var position = media.Offset;
        while (position < media.End && keyframes.Count < MaxKeyframes
            && await next(window, Entry(media, duration, position), cancellationToken) is { } keyframe)
        {
            keyframes.Add(keyframe);
            position = keyframe.Range.End;
        }

        return keyframes.Count > 0
            ? keyframes
            : throw new MediaException(MediaErrorKind.IndexNotFound, "The file has no index, and no keyframe was found in it.");
    }

    private static Keyframe Entry(ByteRange media, TimeSpan duration, long offset)
    {
        // Where no duration is known, as for a film of a megabit each second: the order is right.
        const double LikelyBytesPerSecond = 125_000;
        var bytesPerSecond = duration > TimeSpan.Zero ? media.Length / duration.TotalSeconds : LikelyBytesPerSecond;
        var seconds = (offset - media.Offset) / Math.Max(bytesPerSecond, 1);
        return new(offset, 0, TimeSpan.FromSeconds(Math.Min(seconds, MediaTime.Max.TotalSeconds)), Head: 0) { Anchor = media.Offset };
    }
}
