namespace EventTorrent.Torrents;

/// <param name="DoneBytes">Of the wanted pieces, verified and on the disk.</param>
/// <param name="WantedBytes">The wanted pieces; at the edges of files they may hold bytes of others.</param>
/// <param name="PayloadBytes">Received since the torrent was added, duplicates and failed pieces included.</param>
/// <param name="WastedBytes">Received twice or failed their hash.</param>
/// <param name="Peers">Connected.</param>
/// <param name="Seeds">Connected peers that have everything.</param>
/// <param name="KnownPeers">Connected or not.</param>
/// <param name="IsMissingHere">No connected peer has any of the missing pieces.</param>
/// <param name="Checked">0 to 1 while <see cref="DownloadState.Checking"/>.</param>
public sealed record DownloadProgress(
    DownloadState State,
    long DoneBytes,
    long WantedBytes,
    long PayloadBytes,
    long WastedBytes,
    long UploadedBytes,
    long DownBytesPerSecond,
    long UpBytesPerSecond,
    int Peers,
    int Seeds,
    int KnownPeers,
    bool IsMissingHere,
    double Checked);
