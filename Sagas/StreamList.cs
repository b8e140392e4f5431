using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas;

/// <summary>What a worker read of the streams of a video file.</summary>
internal static class StreamList
{
    private const int MaxWordLength = 32;

    /// <summary>Null, as of a worker that did not look, leaves what is known.</summary>
    public static void Keep(WorkItem item, IReadOnlyList<MediaStream>? streams)
    {
        if (streams is null || item is not { Step: Step.Transcode, Part: null })
        {
            return;
        }

        List<MediaStream> kept = [.. streams.Where(IsSound).Take(Limits.StreamsInMessage)];
        item.Streams = item.Streams?.SequenceEqual(kept) == true ? item.Streams : kept;
    }

    private static bool IsSound(MediaStream stream) =>
        stream.Kind is "video" or "audio" or "subtitle"
        && new[] { stream.Codec, stream.DynamicRange, stream.Language }.All(word => word is null or { Length: <= MaxWordLength })
        && (stream.FramesPerSecond is not { } rate || double.IsFinite(rate));
}
