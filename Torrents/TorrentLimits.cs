namespace EventTorrent.Torrents;

/// <summary>What a torrent may claim. Everything above is refused by name before anything is allocated for it.</summary>
public static class TorrentLimits
{
    public const int MaxTorrentFileBytes = 10 * 1024 * 1024;
    public const int MaxMetadataBytes = 8 * 1024 * 1024;
    public const int MaxFiles = 10_000;
    public const int MaxPieces = 1 << 18;
    public const int MaxTrackers = 64;
    public const int BlockBytes = 16 * 1024;
}
