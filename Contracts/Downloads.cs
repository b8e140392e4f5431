namespace EventTorrent.Contracts;

/// <summary>
/// Bring the selected files of a torrent onto a volume, in full and verified, with the subtitle files beside them
/// (<see cref="StreamFiles"/>). Sent by the Dispatcher: to the workers of any volume while none has anything of it, else to
/// those of its volume. One worker receives it.
/// </summary>
/// <param name="Item">Always 0: one item for all files. It also fetches the metadata when nobody has yet.</param>
/// <param name="Lease">Rises by one at each issue; reports under an older one are ignored.</param>
/// <param name="Files">File indexes that were asked for; empty for the default choice (<see cref="VideoFiles"/>).</param>
/// <param name="Volume">The volume that has what earlier attempts fetched, or null.</param>
/// <param name="Info">The bencoded info dictionary when it is known and at most 512 KiB, else null.</param>
/// <param name="Trackers">Announce addresses.</param>
/// <param name="Peers">"ip:port" of peers that are known to serve.</param>
/// <param name="ResumeData">What an earlier attempt saved, at most 256 KiB, or null. Trusted on the volume that wrote it only.</param>
public sealed record DownloadTorrent(
    Guid TaskId,
    string Infohash,
    int Item,
    int Lease,
    IReadOnlyList<int> Files,
    string? Volume,
    byte[]? Info,
    IReadOnlyList<string> Trackers,
    IReadOnlyList<string> Peers,
    byte[]? ResumeData);
