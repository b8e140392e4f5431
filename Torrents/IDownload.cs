namespace EventTorrent.Torrents;

/// <summary>A torrent that is downloaded. Disposing it leaves the swarm; what is on the disk stays.</summary>
public interface IDownload : IAsyncDisposable
{
    /// <summary>Counters and rates now; cheap.</summary>
    /// <exception cref="TorrentException">It can't go on: the disk is full or fails, or the metadata breaks a rule.</exception>
    DownloadProgress Progress { get; }

    /// <summary>
    /// How many of the wanted pieces are here, in equal parts of their row: 0 none of a part, 255 all of it, nothing between for either.
    /// Empty before anything is wanted.
    /// </summary>
    /// <param name="most">Parts of it, 1 to 4,096; fewer when there are fewer pieces.</param>
    byte[] ReadMap(int most);

    /// <summary>Who is connected, and what trackers say.</summary>
    Swarm ReadSwarm();

    /// <summary>Addresses ("ip:port") of peers that sent us data, the most useful first, at most 16.</summary>
    IReadOnlyList<string> ServingPeers { get; }

    /// <summary>The info dictionary, once <see cref="Progress"/> is beyond <see cref="DownloadState.Metadata"/>.</summary>
    /// <exception cref="TorrentException">It breaks a limit of <see cref="TorrentLimits"/>.</exception>
    TorrentMetadata ReadMetadata();

    /// <summary>Downloads these files and no others.</summary>
    /// <param name="recheck">Hash first what lies there under these names; else what the resume data says is believed.</param>
    void Start(IReadOnlyList<StoredFile> files, bool recheck);

    /// <summary>Hashes everything that is on the disk again; what is wrong is fetched anew.</summary>
    void Recheck();

    /// <summary>Stops all transfer and connections, or goes on.</summary>
    void Pause(bool pause);

    /// <summary>Dials a peer at "ip:port". Addresses that the network policy forbids are ignored.</summary>
    void ConnectPeer(string endpoint);

    /// <summary>Asks trackers and the DHT for peers again.</summary>
    void Announce();

    /// <summary>What another session needs to go on with these files, without the info dictionary.</summary>
    /// <exception cref="TorrentException">It can't be saved, as before the metadata is here.</exception>
    Task<byte[]> SaveAsync(CancellationToken cancellationToken);
}
