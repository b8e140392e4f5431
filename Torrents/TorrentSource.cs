namespace EventTorrent.Torrents;

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
