namespace EventTorrent.Torrents;

/// <summary>Where a download is.</summary>
public enum DownloadState
{
    /// <summary>Looks for peers that send the metadata.</summary>
    Metadata = 0,

    /// <summary>Knows the metadata; no files are chosen yet.</summary>
    Idle = 1,

    /// <summary>Hashes what lies on the disk.</summary>
    Checking = 2,

    Running = 3,

    /// <summary>All chosen files are complete.</summary>
    Finished = 4,
}
