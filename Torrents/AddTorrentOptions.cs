namespace EventTorrent.Torrents;

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
