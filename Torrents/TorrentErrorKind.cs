namespace EventTorrent.Torrents;

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

    /// <summary>The disk has no room left.</summary>
    DiskFull,

    /// <summary>The disk refused to be read or written; the message has its words.</summary>
    DiskFailure,

    /// <summary>The engine itself failed; the message has its words.</summary>
    EngineFailure,
}
