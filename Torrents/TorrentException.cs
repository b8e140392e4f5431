namespace EventTorrent.Torrents;

/// <summary>An expected failure of the engine, with its name.</summary>
public sealed class TorrentException(TorrentErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public TorrentErrorKind Kind { get; } = kind;
}
