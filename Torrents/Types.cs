namespace EventTorrent.Torrents;

/// <summary>A half-open byte range of a torrent's content, from the first byte of its first file (BEP 3).</summary>
/// <param name="Offset">First byte, 0 or more.</param>
/// <param name="Length">Number of bytes, 1 or more.</param>
public readonly record struct ByteRange(long Offset, long Length)
{
    public long End => Offset + Length;
}

/// <summary>How far fetched bytes must be proven before they are used. v1 hashes cover whole pieces only (BEP 3).</summary>
public enum VerificationPolicy
{
    /// <summary>Single 16 KiB blocks, unverified until their piece happens to be complete.</summary>
    Blocks,

    /// <summary>Each block from two addresses, compared.</summary>
    TwoPeers,

    /// <summary>Whole pieces, hash-checked.</summary>
    Pieces,
}

/// <summary>Where a torrent comes from: exactly one of a magnet link, an infohash, a .torrent file or a bare info dictionary.</summary>
public abstract record TorrentSource
{
    private TorrentSource() { }

    /// <param name="Uri">A magnet link with a v1 or v2 infohash (BEP 9, BEP 52).</param>
    public sealed record Magnet(string Uri) : TorrentSource;

    /// <param name="Hex">v1: 40 hex digits; v2: 64 hex digits.</param>
    public sealed record Infohash(string Hex) : TorrentSource;

    /// <param name="Bytes">A bencoded .torrent file, at most <see cref="TorrentLimits.MaxTorrentFileBytes"/>.</param>
    public sealed record TorrentFile(ReadOnlyMemory<byte> Bytes) : TorrentSource;

    /// <summary>The bencoded info dictionary alone, as an earlier worker got it, with the trackers known so far.</summary>
    public sealed record InfoDictionary(ReadOnlyMemory<byte> Bytes, IReadOnlyList<string> Trackers) : TorrentSource;
}

/// <summary>How one torrent is added.</summary>
public sealed record AddTorrentOptions
{
    /// <summary>Trackers to announce to beside those of the source.</summary>
    public IReadOnlyList<string> Trackers { get; init; } = [];

    /// <summary>Peers ("ip:port") to dial at once, such as those that served an earlier worker.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>With no byte for this long a fetch ends in <see cref="TorrentErrorKind.PieceTimeout"/>.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

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

/// <param name="Index">Position in the torrent's file list, pad files counted (BEP 47).</param>
/// <param name="Path">Path as the torrent says it, '/' between its parts: untrusted text, for display only.</param>
/// <param name="OffsetBytes">First byte of the file in the torrent's content.</param>
/// <param name="IsPad">A pad file (BEP 47) or a symbolic link: holds nothing.</param>
public sealed record TorrentFileEntry(int Index, string Path, long OffsetBytes, long LengthBytes, bool IsPad);

/// <param name="PayloadBytes">Payload received for this call, duplicates included.</param>
/// <param name="Verified">Every byte of the ranges is hash-checked.</param>
public sealed record FetchResult(long PayloadBytes, bool Verified);

/// <param name="MetadataBytes">Size of the info dictionary when it came from the swarm, else 0.</param>
/// <param name="PayloadBytes">All payload received, duplicates and failed pieces included.</param>
/// <param name="WastedBytes">Payload that was received twice or failed its hash.</param>
public sealed record TorrentProgress(
    bool HasMetadata,
    long MetadataBytes,
    long PayloadBytes,
    long WastedBytes,
    long DownBytesPerSecond,
    long UpBytesPerSecond,
    int Peers,
    int Seeds);

/// <summary>What went wrong, by name.</summary>
public enum TorrentErrorKind
{
    /// <summary>The magnet link, infohash or .torrent file can't be read.</summary>
    MalformedSource,

    /// <summary>The torrent breaks a limit of <see cref="TorrentLimits"/>.</summary>
    LimitExceeded,

    /// <summary>No peer sent the metadata in time.</summary>
    MetadataTimeout,

    /// <summary>No byte arrived for the stall timeout.</summary>
    PieceTimeout,

    /// <summary>The range was never fetched.</summary>
    NotFetched,

    /// <summary>The memory budget of the session is used up.</summary>
    OutOfMemoryBudget,

    /// <summary>The engine itself failed; the message has its words.</summary>
    EngineFailure,
}

/// <summary>An expected failure of the engine, with its name.</summary>
public sealed class TorrentException(TorrentErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public TorrentErrorKind Kind { get; } = kind;
}

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
