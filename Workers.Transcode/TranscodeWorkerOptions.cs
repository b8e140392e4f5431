using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Workers.Transcode;

/// <summary>How a transcode worker works. Section <c>Transcodes</c>; what a stream is like is in section <c>Hls</c>.</summary>
public sealed class TranscodeWorkerOptions
{
    public const string Section = "Transcodes";

    /// <summary>Items that one process works on at once; an encoder keeps several processors busy.</summary>
    [Range(1, 64)]
    public int Slots { get; set; } = 1;

    /// <summary>Longest stay on one message; then the work is yielded, and its encoder goes on until the worker has the item again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:25:00")]
    public TimeSpan Slice { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Time between two progress reports: the heartbeat of the lease.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(5);
}
