using System.Text;
using EventTorrent.Media.Decoding;

namespace EventTorrent.Media.Hls;

/// <summary>Turns files of subtitles into WebVTT, through pipes.</summary>
internal sealed class SubtitleReader(Ffmpeg ffmpeg)
{
    /// <summary>The text of a film has 100 kB.</summary>
    private const int MaxBytes = 8 * 1024 * 1024;

    /// <returns>Null when it is none, or too large: a video is not held up by its subtitles.</returns>
    public async Task<string?> ReadAsync(string path, string? language, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (file is not { Exists: true, Length: <= MaxBytes })
            return null;

        var text = SubtitleText.Decode(await File.ReadAllBytesAsync(path, cancellationToken), language);
        string[] arguments =
        [
            "-hide_banner", "-nostats", "-v", "error", "-protocol_whitelist", "pipe", "-f", DemuxerOf(text), "-i", "pipe:0",
            "-map", "0:s:0", "-map_metadata", "-1", "-f", "webvtt", "pipe:1",
        ];
        var result = await ffmpeg.RunAsync(arguments, [Encoding.UTF8.GetBytes(text)], MaxBytes, cancellationToken);
        return result is { ExitCode: 0, Output.IsEmpty: false } ? Encoding.UTF8.GetString(result.Output.Span) : null;
    }

    /// <summary>By what it says, not by what it is called.</summary>
    private static string DemuxerOf(string text) =>
        text.StartsWith("WEBVTT", StringComparison.Ordinal) ? "webvtt"
        : text.TrimStart().StartsWith("[Script Info]", StringComparison.OrdinalIgnoreCase) ? "ass"
        : "srt";
}
