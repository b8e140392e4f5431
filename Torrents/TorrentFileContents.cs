namespace EventTorrent.Torrents;

/// <summary>What a .torrent file says (BEP 3, 12, 52).</summary>
/// <param name="Trackers">Announce URLs in the order of the file, without doubles, at most <see cref="TorrentLimits.MaxTrackers"/>; untrusted text.</param>
public sealed record TorrentFileContents(TorrentMetadata Metadata, IReadOnlyList<string> Trackers);
