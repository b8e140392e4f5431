using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Workers.Download;

/// <summary>How a download worker works. Section <c>Downloads</c>.</summary>
public sealed class DownloadWorkerOptions
{
    public const string Section = "Downloads";

    /// <summary>Torrents that one process downloads at once.</summary>
    [Range(1, 256)]
    public int Slots { get; set; } = 4;

    /// <summary>How long to look for a peer that sends the metadata.</summary>
    public TimeSpan MetadataTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>With no piece and no byte for this long an attempt ends; half way, trackers and DHT are asked and known peers dialled again.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest stay on one message; then the work is yielded with its resume data, and the transfer goes on.</summary>
    public TimeSpan Slice { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Time between two progress reports: the heartbeat of the lease.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between two checkpoints: what comes after the last one may have to be hashed again when the process dies.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between two looks for what lies on the volume without a task.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Largest sum of the files of one task, in MiB; 0 for no limit.</summary>
    [Range(0, int.MaxValue)]
    public int MaxTaskMiB { get; set; }

    /// <summary>Limit of all torrents together; 0 for none.</summary>
    [Range(0, int.MaxValue)]
    public int DownBytesPerSecond { get; set; }

    /// <summary>Limit of all torrents together; 0 for none.</summary>
    [Range(0, int.MaxValue)]
    public int UpBytesPerSecond { get; set; }

    /// <summary>Limit of each torrent; 0 for none.</summary>
    [Range(0, int.MaxValue)]
    public int TorrentDownBytesPerSecond { get; set; }

    /// <summary>Limit of each torrent; 0 for none.</summary>
    [Range(0, int.MaxValue)]
    public int TorrentUpBytesPerSecond { get; set; }

    /// <summary>A complete torrent is seeded until so many times its size was uploaded; 0 for no seeding by ratio.</summary>
    [Range(0, 1000)]
    public double SeedRatio { get; set; }

    /// <summary>A complete torrent is seeded for this long at most, and until its ratio is reached when there is one; 0 for no seeding.</summary>
    public TimeSpan SeedTime { get; set; }
}
