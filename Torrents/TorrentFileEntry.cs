namespace EventTorrent.Torrents;

/// <param name="Index">Position in the torrent's file list, pad files counted (BEP 47).</param>
/// <param name="Path">Path as the torrent says it, '/' between its parts: untrusted text, for display only.</param>
/// <param name="OffsetBytes">First byte of the file in the torrent's content.</param>
/// <param name="IsPad">A pad file (BEP 47) or a symbolic link: holds nothing.</param>
public sealed record TorrentFileEntry(int Index, string Path, long OffsetBytes, long LengthBytes, bool IsPad);
