namespace EventTorrent.Torrents;

/// <summary>How one torrent is downloaded.</summary>
public sealed record DownloadOptions
{
    /// <summary>Absolute path of the directory that the files go into; it has to be there.</summary>
    public required string Directory { get; init; }

    /// <summary>Trackers to announce to beside those of the source.</summary>
    public IReadOnlyList<string> Trackers { get; init; } = [];

    /// <summary>Peers ("ip:port") to dial at once.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>What <see cref="IDownload.SaveAsync"/> gave, or null. It is believed: give it only when the files are those that it was saved with.</summary>
    public ReadOnlyMemory<byte> ResumeData { get; init; }

    /// <summary>Limit of this torrent; 0 for none.</summary>
    public long DownBytesPerSecond { get; init; }

    /// <summary>Limit of this torrent; 0 for none.</summary>
    public long UpBytesPerSecond { get; init; }
}
