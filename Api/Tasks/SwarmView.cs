namespace EventTorrent.Api.Tasks;

/// <summary>Who the workers of a task are connected to, and what trackers say to them, as of their last reports.</summary>
/// <param name="Peers">At most 50, the most useful first.</param>
internal sealed record SwarmView(IReadOnlyList<SwarmPeerView> Peers, IReadOnlyList<SwarmTrackerView> Trackers);
