namespace EventTorrent.Api.Tasks;

/// <summary>A connected peer.</summary>
/// <param name="Client">As it calls itself: untrusted text.</param>
/// <param name="Progress">How much of the torrent it has, 0 to 1.</param>
/// <param name="Traits">Of seed, incoming, encrypted, utp, choking (it sends us nothing now) and slow (it owes us blocks for long).</param>
internal sealed record SwarmPeerView(string Client, double Progress, long DownBytesPerSecond, long UpBytesPerSecond, IReadOnlyList<string> Traits);
