namespace EventTorrent.Torrents;

/// <summary>A file to download, and what it is called on the disk.</summary>
/// <param name="Index">Position in the torrent's file list.</param>
/// <param name="Name">Lower-case letters, digits and '.', not beginning with '.': never a name out of the torrent.</param>
public sealed record StoredFile(int Index, string Name);
