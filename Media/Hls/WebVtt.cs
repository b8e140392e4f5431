using System.Globalization;

namespace EventTorrent.Media.Hls;

/// <summary>Subtitles as HLS has them (RFC 8216 3.5).</summary>
internal static class WebVtt
{
    private const string Signature = "WEBVTT";

    /// <summary>Says which moment of the video is the file's zero; without it players guess.</summary>
    /// <param name="text">As ffmpeg writes it.</param>
    public static string Anchor(string text)
    {
        var rest = text.StartsWith(Signature, StringComparison.Ordinal) ? text[Signature.Length..].TrimStart('\r', '\n') : text;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Signature}\nX-TIMESTAMP-MAP=MPEGTS:{(long)HlsTime.Start.TotalSeconds * HlsTime.ClockPerSecond},LOCAL:00:00:00.000\n\n{rest}");
    }

    public static string Time(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}.{time.Milliseconds:000}");
}
