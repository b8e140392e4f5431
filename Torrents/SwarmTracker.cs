namespace EventTorrent.Torrents;

/// <summary>What a tracker says.</summary>
/// <param name="Server">Scheme, host and port. The rest of its address may hold a passkey.</param>
/// <param name="Seeds">As it says; null when it does not.</param>
/// <param name="Peers">Those that have not everything.</param>
/// <param name="Message">Its own words, or why it was not reached; may be empty. Untrusted text of at most 159 bytes, without control characters.</param>
public sealed record SwarmTracker(string Server, TrackerState State, int? Seeds, int? Peers, string Message);
