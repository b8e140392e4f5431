namespace EventTorrent.Torrents;

/// <summary>Who is connected, and what trackers say.</summary>
/// <param name="Peers">The most useful first, at most 50.</param>
/// <param name="Trackers">In the order of the torrent, at most 20.</param>
public sealed record Swarm(IReadOnlyList<SwarmPeer> Peers, IReadOnlyList<SwarmTracker> Trackers);
