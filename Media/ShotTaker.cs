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

    private ExceptionDispatchInfo? _readFailure;
    private int _timeouts;
    private volatile bool _toneMap;

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
        foreach (var keyframe in shot.Keyframes)
        {
            var picture = await TryTakeAsync(keyframe, cancellationToken);
            if (picture is null)
            {
                LogNoPicture(logger, index, keyframe.Time);
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
            Interlocked.CompareExchange(ref _readFailure, ExceptionDispatchInfo.Capture(e), null);
            LogReadFailed(logger, e, keyframe.Time);
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
            Interlocked.CompareExchange(ref _readFailure, ExceptionDispatchInfo.Capture(e), null);
            LogReadFailed(logger, e, keyframe.Time);
            return null;
        }

        await processes.WaitAsync(cancellationToken);
        try
        {
            if (_timeouts >= MaxTimeouts)
                return null;
            var miniFile = reader.BuildMiniFile(plan.Heads[keyframe.Head], bytes);
            var picture = await decoder.DecodeAsync(reader.Demuxer, miniFile, _toneMap, cancellationToken);
            _toneMap |= picture is { IsToneMapped: true };
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

    [LoggerMessage(4010, LogLevel.Debug, "Shot {Index}: the keyframe at {Time} gives no picture")]
    private static partial void LogNoPicture(ILogger logger, int index, TimeSpan time);

    [LoggerMessage(4011, LogLevel.Debug, "Shot {Index}: the keyframe at {Time} is a plain or damaged picture (damaged: {IsDamaged})")]
    private static partial void LogBadPicture(ILogger logger, int index, TimeSpan time, bool isDamaged);

    [LoggerMessage(4012, LogLevel.Debug, "The keyframe at {Time} could not be read")]
    private static partial void LogReadFailed(ILogger logger, Exception exception, TimeSpan time);
}
