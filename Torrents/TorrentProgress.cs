namespace EventTorrent.Torrents;

/// <param name="MetadataBytes">Size of the info dictionary when it came from the swarm, else 0.</param>
/// <param name="PayloadBytes">All payload received, duplicates and failed pieces included.</param>
/// <param name="WastedBytes">Payload that was received twice or failed its hash.</param>
public sealed record TorrentProgress(
    bool HasMetadata,
    long MetadataBytes,
    long PayloadBytes,
    long WastedBytes,
    long DownBytesPerSecond,
    long UpBytesPerSecond,
    int Peers,
    int Seeds);
