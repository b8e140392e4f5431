using EventTorrent.Media.Decoding;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Media.Paging;

/// <summary>Takes shots of a file that ffmpeg reads itself, each in a run of its own, all under one byte budget.</summary>
internal sealed class PagedTaker(
    IByteSource source, ScreenshotPlan plan, PictureDecoder decoder, ByteBudget budget, SemaphoreSlim pagers, ILogger logger) : ShotTaker(plan, logger)
{
    private readonly string _demuxer = plan.Container;

    /// <summary>A picture from further away is where ffmpeg ended up for want of a better place: another shot is nearer to it.</summary>
    private readonly TimeSpan _spacing = plan.Duration / plan.ShotCount;

    /// <summary>Places of the keyframes that have been taken: two entry points may lead to one.</summary>
    private readonly HashSet<long> _used = [];

    public override MediaException? Limit => budget.IsExceeded ? budget.Exceeded : base.Limit;

    protected override async Task<TakenPicture?> TryTakeAsync(Keyframe entry, CancellationToken cancellationToken)
    {
        var (picture, read) = await TryDecodeAsync(entry, cancellationToken);
        // A peer may have lied: with proven bytes the picture is right, or the file itself is damaged.
        if (picture is null or { IsDamaged: true } && await TryProveAsync(read, entry, cancellationToken))
            (picture, _) = await TryDecodeAsync(entry, cancellationToken);
        if (picture is null)
            return null;
        if (PagedFormats.IsBare(_demuxer))
            return TryUse(picture.Position ?? entry.Offset) ? new(entry.Time, picture) : null;

        var time = TimeOf(picture, entry);
        return (time - entry.Time).Duration() <= _spacing && TryUse(time.Ticks) ? new(time, picture) : null;
    }

    private bool TryUse(long place)
    {
        lock (_used)
            return _used.Add(place);
    }

    /// <summary>
    /// ffmpeg's clock begins at the time that it was told to look for. Rounded, so that one keyframe has one time wherever it was
    /// looked for from.
    /// </summary>
    private static TimeSpan TimeOf(Picture picture, Keyframe entry)
    {
        var seconds = entry.Time.TotalSeconds + (picture.Seconds ?? 0);
        return TimeSpan.FromSeconds(Math.Clamp(Math.Round(seconds, 3), 0, MediaTime.Max.TotalSeconds));
    }

    private async Task<(Picture? Picture, IReadOnlyList<ByteRange> Read)> TryDecodeAsync(Keyframe entry, CancellationToken cancellationToken)
    {
        await using var server = RangeServer.Start(source, budget);
        var input = new PagedInput(_demuxer, server.Url) { Time = entry.Time, Offset = PagedFormats.IsBare(_demuxer) ? entry.Offset : null };
        var picture = await TryDecodeAsync(pagers, async guess =>
        {
            var first = await decoder.DecodePagedAsync(input, guess, cancellationToken);
            // What was complained about may be the pictures before it, which lack the one that they need.
            return input.Offset is { } offset && first is { IsDamaged: true, Position: { } start } && start > offset && start < source.Length
                ? await decoder.DecodePagedAsync(input with { Offset = start }, first.Treatment, cancellationToken) ?? first
                : first;
        }, cancellationToken);
        if (server.Failure is { } failure)
            NoteReadFailure(failure.SourceException, entry.Time);
        return (server.IsCut && picture is { IsDamaged: true } ? null : picture, server.Read);
    }

    private async Task<bool> TryProveAsync(IReadOnlyList<ByteRange> read, Keyframe entry, CancellationToken cancellationToken)
    {
        if (budget.IsExceeded)
            return false;

        try
        {
            return await source.ProveAsync(read, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            NoteReadFailure(e, entry.Time);
            return false;
        }
    }
}
