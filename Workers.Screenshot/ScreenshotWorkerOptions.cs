using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Workers.Screenshot;

/// <summary>How a screenshot worker works. Section <c>Screenshots</c>.</summary>
public sealed class ScreenshotWorkerOptions
{
    public const string Section = "Screenshots";

    /// <summary>Videos that one process works on at once; they mostly wait for the swarm.</summary>
    [Range(1, 256)]
    public int Slots { get; set; } = 4;

    /// <summary>How long to wait for a peer that sends the metadata.</summary>
    public TimeSpan MetadataTimeout { get; set; } = TimeSpan.FromSeconds(180);

    /// <summary>How long to wait for the next byte from any peer.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest stay on one message; then the work is yielded with its resume data.</summary>
    public TimeSpan Slice { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Time between two progress reports: the heartbeat of the lease.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(5);
}
