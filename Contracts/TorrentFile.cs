namespace EventTorrent.Contracts;

/// <summary>One file of a torrent.</summary>
/// <param name="Index">Position in the torrent's file list.</param>
/// <param name="Path">As the torrent says it, '/' between its parts: untrusted text, for display only.</param>
public sealed record TorrentFile(int Index, string Path, long LengthBytes);
