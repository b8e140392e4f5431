using System.Runtime.ExceptionServices;
using EventTorrent.Media.Containers;
using EventTorrent.Media.Decoding;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Media;

/// <summary>Takes the shots of one plan: reads a keyframe, decodes it, and goes to its stand-ins when the picture is bad.</summary>
internal sealed partial class ShotTaker(
    IByteSource source, ScreenshotPlan plan, IContainerReader reader, PictureDecoder decoder, SemaphoreSlim processes, ILogger logger)
{
    /// <summary>How often a plain or damaged picture is exchanged for a neighbour; every try costs another round.</summary>
    private const int MaxRetries = 2;

    /// <summary>A video whose pictures take that long is given up: each one costs the whole time limit.</summary>
    private const int MaxTimeouts = 3;

    /// <summary>Keyframes that a shot has, by position: an entry point that leads to one of these is no stand-in.</summary>
    private readonly HashSet<long> _used = [.. plan.Shots.Select(shot => shot.Keyframes[0].Offset)];

    private ExceptionDispatchInfo? _readFailure;
    private int _timeouts;
    private PictureTreatment _treatment;

    /// <summary>The first failure of the source, if any.</summary>
    public ExceptionDispatchInfo? ReadFailure => _readFailure;

    /// <summary>Whether a picture was lost because decoding took too long.</summary>
    public bool HasTimedOut => _timeouts > 0;

    /// <returns>Null when no keyframe of the shot gives a picture.</returns>
    public async Task<Screenshot?> TakeAsync(int index, CancellationToken cancellationToken)
    {
        var shot = plan.Shots[index];
        Screenshot? best = null;
        var bestScore = double.NegativeInfinity;
        var retries = 0;
        foreach (var entry in shot.Keyframes)
        {
            var located = entry.IsLocated ? entry : await TryLocateAsync(entry, cancellationToken);
            var picture = located is { } found ? await TryTakeAsync(found, cancellationToken) : null;
            if (located is not { } keyframe || picture is null)
            {
                LogNoPicture(logger, index, entry.Time);
                continue;
            }

            if (picture.Score > bestScore)
            {
                bestScore = picture.Score;
                best = new(index, shot.WantedAt, keyframe.Time, picture.Width, picture.Height, picture.Jpeg)
                {
                    IsDamaged = picture.IsDamaged,
                };
            }

            if (picture.IsGood || retries++ == MaxRetries)
                break;
            LogBadPicture(logger, index, keyframe.Time, picture.IsDamaged);
        }

        return best;
    }

    private async Task<Keyframe?> TryLocateAsync(Keyframe entry, CancellationToken cancellationToken)
    {
        try
        {
            var located = await reader.LocateAsync(IndexWindow.Over(source), plan.Heads[entry.Head], entry, cancellationToken);
            lock (_used)
                return located is not null && _used.Add(located.Keyframe.Offset) ? located.Keyframe : null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            NoteReadFailure(e, entry.Time);
            return null;
        }
    }

    private async Task<Picture?> TryTakeAsync(Keyframe keyframe, CancellationToken cancellationToken)
    {
        var picture = await TryReadAndDecodeAsync(keyframe, cancellationToken);
        // A peer may have lied: with proven bytes the picture is right, or the file itself is damaged.
        return picture is null or { IsDamaged: true } && await TryProveAsync(keyframe, cancellationToken)
            ? await TryReadAndDecodeAsync(keyframe, cancellationToken)
            : picture;
    }

    private async Task<bool> TryProveAsync(Keyframe keyframe, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ProveAsync([keyframe.Range], cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            NoteReadFailure(e, keyframe.Time);
            return false;
        }
    }

    private async Task<Picture?> TryReadAndDecodeAsync(Keyframe keyframe, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes;
        try
        {
            bytes = (await source.ReadAsync([keyframe.Range], cancellationToken))[0];
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // What a source may throw is its own affair; a neighbour may be at hand all the same.
            NoteReadFailure(e, keyframe.Time);
            return null;
        }

        await processes.WaitAsync(cancellationToken);
        try
        {
            if (_timeouts >= MaxTimeouts)
                return null;
            var miniFile = reader.BuildMiniFile(plan.Heads[keyframe.Head], bytes);
            var picture = await decoder.DecodeAsync(reader.Demuxer, miniFile, _treatment, cancellationToken);
            // Only a guess for the next ones: whichever picture writes last is as good as another.
            _treatment = picture?.Treatment ?? _treatment;
            return picture;
        }
        catch (MediaException e) when (e.Kind == MediaErrorKind.LimitExceeded)
        {
            Interlocked.Increment(ref _timeouts);
            return null;
        }
        finally
        {
            processes.Release();
        }
    }

    private void NoteReadFailure(Exception failure, TimeSpan time)
    {
        // What a parser refuses is the file's fault, not the source's: it does not change by another try.
        if (failure is not MediaException)
            Interlocked.CompareExchange(ref _readFailure, ExceptionDispatchInfo.Capture(failure), null);
        LogReadFailed(logger, failure, time);
    }

    [LoggerMessage(4010, LogLevel.Debug, "Shot {Index}: the keyframe at {Time} gives no picture")]
    private static partial void LogNoPicture(ILogger logger, int index, TimeSpan time);

    [LoggerMessage(4011, LogLevel.Debug, "Shot {Index}: the keyframe at {Time} is a plain or damaged picture (damaged: {IsDamaged})")]
    private static partial void LogBadPicture(ILogger logger, int index, TimeSpan time, bool isDamaged);

    [LoggerMessage(4012, LogLevel.Debug, "The keyframe at {Time} could not be read")]
    private static partial void LogReadFailed(ILogger logger, Exception exception, TimeSpan time);
}
