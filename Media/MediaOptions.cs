using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Media;

/// <summary>How ffmpeg is found and kept in bounds.</summary>
public sealed class MediaOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Media";

    /// <summary>Path of ffmpeg, or a name to look for in PATH.</summary>
    [Required]
    public string Ffmpeg { get; set; } = "ffmpeg";

    /// <summary>Path of ffprobe, or a name to look for in PATH.</summary>
    [Required]
    public string Ffprobe { get; set; } = "ffprobe";

    /// <summary>Wall time of one ffmpeg call on a picture (1 s to 10 min); then its process tree is killed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan DecodeTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Address space of one ffmpeg process in MiB (256 to 65536), where <c>prlimit</c> exists.</summary>
    [Range(256, 65536)]
    public int DecodeMemoryMegabytes { get; set; } = 2048;

    /// <summary>Whether ffmpeg runs under bubblewrap.</summary>
    public JailMode Jail { get; set; } = JailMode.Auto;

    /// <summary>Largest picture that is decoded, in pixels. 35,651,584 is a little more than 8K UHD (7680x4320).</summary>
    [Range(1, 1 << 28)]
    public int MaxPicturePixels { get; set; } = 35_651_584;

    /// <summary>ffmpeg processes at once (1 to 256); by default one for each processor.</summary>
    [Range(1, 256)]
    public int MaxProcesses { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Containers that have no reader here are read by ffmpeg itself, which fetches what it wants of the file: at most so many MiB
    /// (0 to 65536) of one file. 0 refuses such files.
    /// </summary>
    [Range(0, 65536)]
    public int PagingMegabytes { get; set; } = 64;

    /// <summary>And at most so many percent (1 to 100) of the file, where that is more than 16 MiB.</summary>
    [Range(1, 100)]
    public int PagingPercent { get; set; } = 20;

    /// <summary>Wall time of one ffmpeg call that reads from a swarm (1 s to 10 min), waiting for peers included.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan PagingTimeout { get; set; } = TimeSpan.FromMinutes(3);
}
