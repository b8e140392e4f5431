using System.Globalization;

namespace EventTorrent.Media.Decoding;

/// <summary>A file that ffmpeg reads by itself from a source of ours, from an entry point on.</summary>
/// <param name="Demuxer">One of those that lead nowhere else.</param>
/// <param name="Url">The source's address.</param>
internal sealed record PagedInput(string Demuxer, string Url)
{
    /// <summary>What the source speaks.</summary>
    public const string Protocols = "http,tcp";

    /// <summary>Where to begin, by time.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>Where to begin, by bytes, instead of a time.</summary>
    public long? Offset { get; init; }

    /// <summary>
    /// Little is read ahead: one MiB at most to learn what the streams are, and as little as can be in the kernel's buffers, since what
    /// lies there when ffmpeg seeks away has been fetched for nothing. Without "passthrough" ffmpeg would decode on to the exact time.
    /// Pictures before the first keyframe do not decode, however many there are: that is no failure.
    /// </summary>
    public IReadOnlyList<string> Arguments =>
    [
        "-probesize", "1048576", "-fpsprobesize", "0", "-seekable", "1", "-icy", "0", "-recv_buffer_size", "4096",
        "-analyzeduration", "100000",
        .. Offset is { } offset
            ? new[] { "-skip_initial_bytes", offset.ToString(CultureInfo.InvariantCulture) }
            : ["-ss", string.Create(CultureInfo.InvariantCulture, $"{Time.TotalSeconds:0.######}"), "-noaccurate_seek"],
        "-i", Url, "-fps_mode", "passthrough", "-max_error_rate", "1",
    ];
}
