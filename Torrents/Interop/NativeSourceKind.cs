namespace EventTorrent.Torrents.Interop;

/// <summary>et_source_kind.</summary>
internal enum NativeSourceKind
{
    Magnet = 0,
    Torrent = 1,
    Info = 2,
}
