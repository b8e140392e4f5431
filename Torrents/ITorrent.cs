namespace EventTorrent.Torrents;

/// <summary>A torrent in the swarm. Disposing it leaves the swarm and frees its memory.</summary>
public interface ITorrent : IAsyncDisposable
{
    /// <summary>Waits for the info dictionary (BEP 9), or returns it at once when it is known.</summary>
    /// <exception cref="TorrentException"><see cref="TorrentErrorKind.MetadataTimeout"/> and the limits of <see cref="TorrentLimits"/>.</exception>
    Task<TorrentMetadata> GetMetadataAsync(TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>
    /// Brings byte ranges of the torrent's content into memory, all of them at once; ranges already here cost nothing.
    /// Rounded out to 16 KiB blocks under <see cref="VerificationPolicy.Blocks"/> and <see cref="VerificationPolicy.TwoPeers"/>,
    /// to whole hash-checked pieces under <see cref="VerificationPolicy.Pieces"/> (which replaces unverified blocks that turn out wrong).
    /// </summary>
    /// <exception cref="TorrentException"><see cref="TorrentErrorKind.PieceTimeout"/> when nothing arrives for <see cref="AddTorrentOptions.StallTimeout"/>.</exception>
    Task<FetchResult> FetchAsync(IReadOnlyList<ByteRange> ranges, VerificationPolicy policy, CancellationToken cancellationToken);

    /// <summary>Copies fetched bytes at an offset of the torrent's content. Fills the buffer or throws.</summary>
    /// <returns>Whether every byte came from a hash-checked piece.</returns>
    /// <exception cref="TorrentException"><see cref="TorrentErrorKind.NotFetched"/>: a byte of the range is not here.</exception>
    ValueTask<bool> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>How much of a range of the torrent's content is in memory, in equal parts: 0 none of a part, 255 all of it, nothing between for either.</summary>
    /// <param name="most">Parts of it, 1 to 4,096; fewer when each would be less than a block.</param>
    /// <exception cref="InvalidOperationException">The metadata is not here yet.</exception>
    byte[] ReadMap(ByteRange range, int most);

    /// <summary>Who is connected, and what trackers say.</summary>
    Swarm ReadSwarm();

    /// <summary>Counters and rates now; cheap.</summary>
    TorrentProgress Progress { get; }

    /// <summary>Addresses ("ip:port") of peers that sent us data in this session, the most useful first, at most 16.</summary>
    IReadOnlyList<string> ServingPeers { get; }

    /// <summary>Dials a peer at "ip:port". Addresses that the network policy forbids are ignored.</summary>
    void ConnectPeer(string endpoint);
}
