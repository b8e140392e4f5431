namespace EventTorrent.Torrents;

/// <summary>A connected peer. Where it is, is not told: nobody needs it to see how a torrent does.</summary>
/// <param name="Client">As it calls itself: untrusted text of at most 63 bytes, without control characters.</param>
/// <param name="Progress">How much of the torrent it has, 0 to 1.</param>
public sealed record SwarmPeer(string Client, double Progress, long DownBytesPerSecond, long UpBytesPerSecond, PeerTraits Traits);
