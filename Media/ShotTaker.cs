using System.Runtime.ExceptionServices;
using EventTorrent.Media.Decoding;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Media;

/// <summary>Takes the shots of one plan, and goes to a shot's stand-ins when its picture is bad.</summary>
internal abstract partial class ShotTaker(ScreenshotPlan plan, ILogger logger)
{
    /// <summary>How often a plain or damaged picture is exchanged for a neighbour; every try costs another round.</summary>
    private const int MaxRetries = 2;

    /// <summary>A video whose pictures take that long is given up: each one costs the whole time limit.</summary>
    private const int MaxTimeouts = 3;

    private ExceptionDispatchInfo? _readFailure;
    private int _timeouts;

    /// <summary>How the last picture was treated: only a guess for the next ones, so whichever writes last is as good as another.</summary>
    private PictureTreatment _treatment;

    /// <summary>The first failure of the source, if any.</summary>
    public ExceptionDispatchInfo? ReadFailure => _readFailure;

    /// <summary>Why no picture at all came, when ffmpeg was not let go on.</summary>
    public virtual MediaException? Limit =>
        _timeouts > 0 ? new(MediaErrorKind.LimitExceeded, "The keyframes take too long to decode.") : null;

    /// <returns>Null when no keyframe of the shot gives a picture.</returns>
    public async Task<Screenshot?> TakeAsync(int index, CancellationToken cancellationToken)
    {
        var shot = plan.Shots[index];
        Screenshot? best = null;
        var bestScore = double.NegativeInfinity;
        var retries = 0;
        foreach (var entry in shot.Keyframes)
        {
            if (await TryTakeAsync(entry, cancellationToken) is not var (time, picture))
            {
                LogNoPicture(logger, index, entry.Time);
                continue;
            }

            if (picture.Score > bestScore)
            {
                bestScore = picture.Score;
                best = new(index, shot.WantedAt, time, picture.Width, picture.Height, picture.Jpeg) { IsDamaged = picture.IsDamaged };
            }

            if (picture.IsGood || retries++ == MaxRetries)
                break;
            LogBadPicture(logger, index, time, picture.IsDamaged);
        }

        return best;
    }

    /// <summary>Takes the picture of a keyframe, or of the one behind an entry point.</summary>
    /// <returns>Null when there is none, or another shot has it.</returns>
    protected abstract Task<TakenPicture?> TryTakeAsync(Keyframe entry, CancellationToken cancellationToken);

    /// <summary>Runs a decoder in turn with others.</summary>
    /// <returns>Null when it gives no picture or takes too long.</returns>
    protected async Task<Picture?> TryDecodeAsync(SemaphoreSlim turns, Func<PictureTreatment, Task<Picture?>> decode, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            var picture = _timeouts >= MaxTimeouts ? null : await decode(_treatment);
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
            turns.Release();
        }
    }

    /// <summary>What a source may throw is its own affair; a neighbour may be at hand all the same.</summary>
    protected void NoteReadFailure(Exception failure, TimeSpan time)
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
