using System.Globalization;

namespace EventTorrent.Media.Decoding;

/// <summary>A file that ffmpeg reads by itself from a source of ours.</summary>
/// <param name="Demuxer">One of those that lead nowhere else.</param>
/// <param name="Url">The source's address.</param>
internal sealed record PagedInput(string Demuxer, string Url)
{
    /// <summary>What the source speaks.</summary>
    public const string Protocols = "http,tcp";

    /// <summary>Some decoders never say that a picture is a keyframe: after ten seconds any will do.</summary>
    private const string Keyframes = "select='key+gte(n,250)',";

    /// <summary>How much of the video may be looked at to learn what its streams are, where the container does not tell.</summary>
    public TimeSpan Analysis { get; init; } = TimeSpan.FromSeconds(0.1);

    /// <summary>Which pictures are looked at: the first of them is taken.</summary>
    public string Filter { get; private init; } = "";

    /// <summary>How ffmpeg gets to the entry point.</summary>
    private IReadOnlyList<string> Entry { get; init; } = [];

    /// <summary>
    /// Little is read ahead: one MiB at most to learn what the streams are, and as little as can be in the kernel's buffers, since what
    /// lies there when ffmpeg seeks away has been fetched for nothing. Without "passthrough" ffmpeg would decode on to the exact time.
    /// Pictures before the first keyframe do not decode, however many there are: that is no failure. Times are those of the file.
    /// </summary>
    public IReadOnlyList<string> Arguments =>
    [
        "-probesize", "1048576", "-fpsprobesize", "0", "-seekable", "1", "-icy", "0", "-recv_buffer_size", "4096",
        "-analyzeduration", Analysis.TotalMicroseconds.ToString("0", CultureInfo.InvariantCulture), .. Entry, "-i", Url, "-copyts", "-start_at_zero", "-fps_mode", "passthrough", "-max_error_rate", "1",
    ];

    /// <summary>From the keyframe at or before a time on, where the container can tell.</summary>
    public PagedInput At(TimeSpan time) => this with { Entry = ["-ss", Format(time), "-noaccurate_seek"], Filter = Keyframes };

    /// <summary>From the first keyframe behind a byte on.</summary>
    public PagedInput At(long offset) =>
        this with { Entry = ["-skip_initial_bytes", offset.ToString(CultureInfo.InvariantCulture)], Filter = Keyframes };

    /// <summary>From the beginning to a time, decoding everything.</summary>
    public PagedInput ForwardTo(TimeSpan time) => this with { Entry = [], Filter = $"select='gte(t,{Format(time)})'," };

    private static string Format(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.######}");
}
