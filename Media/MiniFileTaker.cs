using EventTorrent.Media.Containers;
using EventTorrent.Media.Decoding;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Media;

/// <summary>Reads keyframes exactly and decodes each as a mini file.</summary>
internal sealed class MiniFileTaker(
    IByteSource source, ScreenshotPlan plan, IContainerReader reader, PictureDecoder decoder, SemaphoreSlim processes, ILogger logger)
    : ShotTaker(plan, logger)
{
    /// <summary>Keyframes that a shot has, by position: an entry point that leads to one of these is no stand-in.</summary>
    private readonly HashSet<long> _used = [.. plan.Shots.Select(shot => shot.Keyframes[0].Offset)];

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _heads = plan.Heads;

    protected override async Task<TakenPicture?> TryTakeAsync(Keyframe entry, CancellationToken cancellationToken)
    {
        if ((entry.IsLocated ? entry : await TryLocateAsync(entry, cancellationToken)) is not { } keyframe)
            return null;

        var picture = await TryReadAndDecodeAsync(keyframe, cancellationToken);
        // A peer may have lied: with proven bytes the picture is right, or the file itself is damaged.
        if (picture is null or { IsDamaged: true } && await TryProveAsync(keyframe, cancellationToken))
            picture = await TryReadAndDecodeAsync(keyframe, cancellationToken);
        return picture is null ? null : new(keyframe.Time, picture);
    }

    private async Task<Keyframe?> TryLocateAsync(Keyframe entry, CancellationToken cancellationToken)
    {
        try
        {
            var located = await reader.LocateAsync(IndexWindow.Over(source), _heads[entry.Head], entry, cancellationToken);
            lock (_used)
                return located is not null && _used.Add(located.Keyframe.Offset) ? located.Keyframe : null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            NoteReadFailure(e, entry.Time);
            return null;
        }
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
            NoteReadFailure(e, keyframe.Time);
            return null;
        }

        return await TryDecodeAsync(
            processes,
            guess => decoder.DecodeAsync(reader.Demuxer, reader.BuildMiniFile(_heads[keyframe.Head], bytes), guess, cancellationToken),
            cancellationToken);
    }
}
