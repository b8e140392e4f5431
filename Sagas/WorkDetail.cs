using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas;

/// <summary>
/// What is shown of an item and decides nothing: where something was fetched, who is connected, what is in the file. Kept as far as it is
/// sound; what a report does not say stays as it was.
/// </summary>
internal static class WorkDetail
{
    private const int MaxWordLength = 32;
    private const int MaxTextLength = 400;

    public static void Keep(WorkItem item, StepProgressed report)
    {
        Keep(item, report.Map);
        item.SwarmPeers = report.SwarmPeers is { } peers ? [.. peers.Where(IsSound).Take(Limits.SwarmPeersInMessage)] : item.SwarmPeers;
        item.Trackers = report.Trackers is { } trackers ? [.. trackers.Where(IsSound).Take(Limits.TrackersInMessage)] : item.Trackers;
    }

    public static void Keep(WorkItem item, StepCompleted report)
    {
        Keep(item, report.Map);
        Keep(item, report.Streams);
        Leave(item);
    }

    public static void Keep(WorkItem item, StepYielded report) => Keep(item, report.Streams);

    /// <summary>Nobody is in the swarm for it any more.</summary>
    public static void Leave(WorkItem item) => (item.DownBytesPerSecond, item.Peers, item.SwarmPeers, item.Trackers) = (0, 0, null, null);

    /// <summary>
    /// A worker has in memory what it fetched itself: of a file that several looked at, each part counts as the one who had most of it says.
    /// What a download has lies on its volume, and may turn out to be damaged there.
    /// </summary>
    private static void Keep(WorkItem item, byte[]? map)
    {
        if (map is not { Length: > 0 and <= Limits.MapParts })
        {
            return;
        }

        if (item.Step == Step.Screenshots && item.FetchedMap is { } before && before.Length == map.Length)
        {
            map = [.. map.Zip(before, Math.Max)];
        }

        // Rows that say the same are not written.
        item.FetchedMap = item.FetchedMap.AsSpan().SequenceEqual(map) ? item.FetchedMap : map;
    }

    private static void Keep(WorkItem item, IReadOnlyList<MediaStream>? streams)
    {
        if (streams is not null && item is { Step: Step.Transcode, Part: null })
        {
            item.Streams = [.. streams.Where(IsSound).Take(Limits.StreamsInMessage)];
        }
    }

    private static bool IsSound(MediaStream stream) =>
        stream.Kind is "video" or "audio" or "subtitle"
        && new[] { stream.Codec, stream.DynamicRange, stream.Language }.All(word => word is null or { Length: <= MaxWordLength })
        && (stream.FramesPerSecond is not { } rate || double.IsFinite(rate));

    private static bool IsSound(SwarmPeer peer) =>
        double.IsFinite(peer.Progress) && peer.Client.Length <= MaxTextLength && peer.Traits.Length <= MaxTextLength;

    private static bool IsSound(SwarmTracker tracker) =>
        tracker.Server.Length <= MaxTextLength && tracker.State.Length <= MaxWordLength && tracker.Message.Length <= MaxTextLength;
}
