using EventTorrent.Contracts;
using EventTorrent.Torrents;

namespace EventTorrent.Workers.Screenshot;

/// <summary>From the engine's view of a swarm to what messages say of it.</summary>
internal static class SwarmMessages
{
    public static IReadOnlyList<Contracts.SwarmPeer>? ToPeers(this Swarm? swarm) => swarm is null
        ? null
        : [.. swarm.Peers.Take(Limits.SwarmPeersInMessage).Select(peer => new Contracts.SwarmPeer(
            peer.Client, peer.Progress, peer.DownBytesPerSecond, peer.UpBytesPerSecond, WordsOf(peer.Traits)))];

    public static IReadOnlyList<Contracts.SwarmTracker>? ToTrackers(this Swarm? swarm) => swarm is null
        ? null
        : [.. swarm.Trackers.Take(Limits.TrackersInMessage).Select(tracker => new Contracts.SwarmTracker(
            tracker.Server, tracker.State.ToString().ToLowerInvariant(), tracker.Seeds, tracker.Peers, tracker.Message))];

    private static string WordsOf(PeerTraits traits) => traits == PeerTraits.None
        ? ""
        : traits.ToString().Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}
