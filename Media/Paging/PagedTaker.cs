using EventTorrent.Media.Decoding;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Media.Paging;

/// <summary>Takes shots of a file that ffmpeg reads itself, each in a run of its own, all under one byte budget.</summary>
internal sealed class PagedTaker(
    IByteSource source, ScreenshotPlan plan, PictureDecoder decoder, ByteBudget budget, SemaphoreSlim pagers, ILogger logger)
    : ShotTaker(plan, logger)
{
    private readonly string _demuxer = plan.Container;
    private readonly bool _isBare = PagedFormats.IsBare(plan.Container);

    /// <summary>A picture from further away is where ffmpeg ended up for want of a better place: another shot is nearer to it.</summary>
    private readonly TimeSpan _spacing = plan.Duration / plan.ShotCount;

    /// <summary>Places of the keyframes that have been taken: two entry points may lead to one.</summary>
    private readonly HashSet<long> _used = [];

    /// <summary>ffmpeg can't seek in this file: found out by the first run, or by a few at once.</summary>
    private volatile bool _mustReadForward;

    public override MediaException? Limit => budget.IsExceeded ? budget.Exceeded : base.Limit;

    protected override async Task<TakenPicture?> TryTakeAsync(Keyframe entry, CancellationToken cancellationToken)
    {
        var (picture, read) = await TryDecodeAsync(entry, cancellationToken);
        // A peer may have lied: with proven bytes the picture is right, or the file itself is damaged. No picture at all is nothing
        // unusual here, and to prove everything that was read on the way would cost far more than that.
        if (picture is { IsDamaged: true } && await TryProveAsync(read, entry, cancellationToken))
            picture = (await TryDecodeAsync(entry, cancellationToken)).Picture ?? picture;
        if (picture is null)
            return null;

        // Times in a bare stream begin where it was entered.
        var time = _isBare ? entry.Time : TimeOf(picture, entry);
        var place = _isBare ? picture.Position ?? entry.Offset : time.Ticks;
        return (time - entry.Time).Duration() <= _spacing && TryUse(place) ? new(time, picture) : null;
    }

    private bool TryUse(long place)
    {
        lock (_used)
            return _used.Add(place);
    }

    /// <summary>Rounded, so that one keyframe has one time however it is found.</summary>
    private static TimeSpan TimeOf(Picture picture, Keyframe entry) => picture.Seconds is { } seconds
        ? TimeSpan.FromSeconds(Math.Clamp(Math.Round(seconds, 3), 0, MediaTime.Max.TotalSeconds))
        : entry.Time;

    private async Task<(Picture? Picture, IReadOnlyList<ByteRange> Read)> TryDecodeAsync(Keyframe entry, CancellationToken cancellationToken)
    {
        IReadOnlyList<ByteRange> read = [];
        var picture = await TryDecodeAsync(pagers, async guess =>
        {
            await using var server = RangeServer.Start(source, budget);
            var decoded = await DecodeAsync(new(_demuxer, server.Url), entry, guess, cancellationToken);
            if (server.Failure is { } failure)
                NoteReadFailure(failure.SourceException, entry.Time);
            read = server.Read;
            return server.IsCut && decoded is { IsDamaged: true } ? null : decoded;
        }, cancellationToken);
        return (picture, read);
    }

    /// <summary>At the entry point; where there is no way to it, or nothing behind it in a small file, by decoding everything before.</summary>
    private async Task<Picture?> DecodeAsync(PagedInput file, Keyframe entry, PictureTreatment guess, CancellationToken cancellationToken)
    {
        if (!_mustReadForward)
        {
            var (picture, hasEntered) = await decoder.DecodePagedAsync(_isBare ? file.At(entry.Offset) : file.At(entry.Time), guess, cancellationToken);
            // What was complained about may be the pictures before it, which lack the one that they need.
            if (_isBare && picture is { IsDamaged: true, Position: { } start } && start > entry.Offset && start < source.Length)
                picture = (await decoder.DecodePagedAsync(file.At(start), picture.Treatment, cancellationToken)).Picture ?? picture;
            if (hasEntered && (picture is not null || !budget.Covers(source.Length)))
                return picture;
            _mustReadForward |= !hasEntered;
        }

        return (await decoder.DecodePagedAsync(file.ForwardTo(entry.Time), guess, cancellationToken)).Picture;
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
