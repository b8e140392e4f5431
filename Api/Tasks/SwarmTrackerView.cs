namespace EventTorrent.Api.Tasks;

/// <summary>What a tracker says.</summary>
/// <param name="Server">Scheme, host and port.</param>
/// <param name="State">waiting, asking, working or failed.</param>
/// <param name="Seeds">As it says; null when it does not.</param>
/// <param name="Peers">Those that have not everything.</param>
/// <param name="Message">Its own words, or why it was not reached; may be empty. Untrusted text.</param>
internal sealed record SwarmTrackerView(string Server, string State, int? Seeds, int? Peers, string Message);
