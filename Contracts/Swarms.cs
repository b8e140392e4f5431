namespace EventTorrent.Contracts;

/// <summary>A connected peer, as a worker sees it. Where it is, is not said.</summary>
/// <param name="Client">As it calls itself: untrusted text.</param>
/// <param name="Progress">How much of the torrent it has, 0 to 1.</param>
/// <param name="Traits">Of seed, incoming, encrypted, utp, choking and slow, with commas.</param>
public sealed record SwarmPeer(string Client, double Progress, long DownBytesPerSecond, long UpBytesPerSecond, string Traits);

/// <summary>What a tracker says to a worker.</summary>
/// <param name="Server">Scheme, host and port; the rest of its address may hold a passkey.</param>
/// <param name="State">waiting, asking, working or failed.</param>
/// <param name="Seeds">As it says; null when it does not.</param>
/// <param name="Peers">Those that have not everything.</param>
/// <param name="Message">Its own words, or why it was not reached; may be empty. Untrusted text.</param>
public sealed record SwarmTracker(string Server, string State, int? Seeds, int? Peers, string Message);
