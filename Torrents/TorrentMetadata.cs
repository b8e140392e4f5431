namespace EventTorrent.Torrents;

/// <summary>What a torrent contains (the info dictionary, read).</summary>
/// <param name="InfohashV1">40 lower-case hex digits, or null for a v2-only torrent.</param>
/// <param name="InfohashV2">64 lower-case hex digits, or null for a v1-only torrent.</param>
/// <param name="Name">Display name as the torrent says it: untrusted text, never a path.</param>
/// <param name="InfoBytes">The bencoded info dictionary.</param>
public sealed record TorrentMetadata(
    string? InfohashV1,
    string? InfohashV2,
    string Name,
    long TotalBytes,
    int PieceLengthBytes,
    int PieceCount,
    bool IsPrivate,
    IReadOnlyList<TorrentFileEntry> Files,
    ReadOnlyMemory<byte> InfoBytes);
