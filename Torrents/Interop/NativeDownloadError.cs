namespace EventTorrent.Torrents.Interop;

/// <summary>et_download_error.</summary>
internal enum NativeDownloadError
{
    None = 0,
    DiskFull = 1,
    Disk = 2,
    Malformed = 3,
    Limit = 4,
    Engine = 5,
}
