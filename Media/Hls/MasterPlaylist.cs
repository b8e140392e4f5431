using System.Globalization;
using System.Text;

namespace EventTorrent.Media.Hls;

/// <summary>
/// The list of all renditions (RFC 8216 4.3.4). Our own, as ffmpeg's has the bandwidth of the audio alone when video is
/// copied, no codecs and no names.
/// </summary>
internal static class MasterPlaylist
{
    private const string AudioGroup = "audio";
    private const string SubtitleGroup = "subtitles";

    /// <param name="highDynamicRange">Transfer characteristics of what is copied, when they are not those of an ordinary screen.</param>
    public static string Write(
        IReadOnlyList<(VideoRendition Rendition, MediaPlaylist Playlist, string Codec)> video,
        IReadOnlyList<(AudioRendition Rendition, MediaPlaylist Playlist, string Codec)> audio,
        IReadOnlyList<SubtitleRendition> subtitles,
        string? highDynamicRange)
    {
        var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:6\n");
        foreach (var (track, _, _) in audio)
        {
            text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{AudioGroup}\",NAME=\"{track.Title}\"")
                .Append(Language(track.Language))
                .Append(CultureInfo.InvariantCulture, $",DEFAULT={YesNo(track.IsDefault)},AUTOSELECT=YES,CHANNELS=\"{track.Channels}\",URI=\"{track.Name}.m3u8\"\n");
        }

        foreach (var subtitle in subtitles)
        {
            text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"{SubtitleGroup}\",NAME=\"{subtitle.Title}\"")
                .Append(Language(subtitle.Language))
                .Append(CultureInfo.InvariantCulture, $",DEFAULT={YesNo(subtitle.IsDefault)},AUTOSELECT=YES,FORCED={YesNo(subtitle.IsForced)},URI=\"{subtitle.Name}.m3u8\"\n");
        }

        var audioPeak = audio.Select(track => track.Playlist.PeakBitsPerSecond()).DefaultIfEmpty(0).Max();
        var audioAverage = audio.Select(track => track.Playlist.AverageBitsPerSecond).DefaultIfEmpty(0).Max();
        foreach (var (rendition, playlist, codec) in video)
        {
            var codecs = string.Join(',', audio.Select(track => track.Codec).Prepend(codec).Distinct());
            text.Append(CultureInfo.InvariantCulture, $"#EXT-X-STREAM-INF:BANDWIDTH={Math.Ceiling(playlist.PeakBitsPerSecond() + audioPeak)}")
                .Append(CultureInfo.InvariantCulture, $",AVERAGE-BANDWIDTH={Math.Ceiling(playlist.AverageBitsPerSecond + audioAverage)}")
                .Append(CultureInfo.InvariantCulture, $",CODECS=\"{codecs}\",RESOLUTION={rendition.Width}x{rendition.Height}");
            if (rendition.FramesPerSecond is { } rate)
                text.Append(CultureInfo.InvariantCulture, $",FRAME-RATE={rate:0.000}");
            // What we encode is made for a screen.
            if (rendition.IsCopied && highDynamicRange is not null)
                text.Append(CultureInfo.InvariantCulture, $",VIDEO-RANGE={(highDynamicRange == "smpte2084" ? "PQ" : "HLG")}");
            if (audio.Count > 0)
                text.Append(CultureInfo.InvariantCulture, $",AUDIO=\"{AudioGroup}\"");
            if (subtitles.Count > 0)
                text.Append(CultureInfo.InvariantCulture, $",SUBTITLES=\"{SubtitleGroup}\"");
            text.Append(CultureInfo.InvariantCulture, $"\n{rendition.Name}.m3u8\n");
        }

        return text.ToString();
    }

    private static string Language(string? tag) => tag is null ? "" : $",LANGUAGE=\"{tag}\"";

    private static string YesNo(bool value) => value ? "YES" : "NO";
}
