using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EventTorrent.Media.Hls;

/// <summary>The segments of one rendition, in order.</summary>
internal sealed partial class MediaPlaylist(IReadOnlyList<MediaSegment> segments)
{
    public IReadOnlyList<MediaSegment> Segments => segments;

    public double Seconds => segments.Sum(segment => segment.Seconds);

    /// <summary>RFC 8216 4.3.3.1: no duration, rounded to the nearest integer, is greater.</summary>
    public int TargetSeconds => Math.Max(1, segments.Select(segment => (int)Math.Ceiling(segment.Seconds)).DefaultIfEmpty(1).Max());

    public double AverageBitsPerSecond => Seconds > 0 ? segments.Sum(segment => segment.LengthBytes) * 8 / Seconds : 0;

    /// <summary>Joins parts that follow each other without a gap.</summary>
    public static MediaPlaylist Join(IEnumerable<MediaPlaylist> parts) => new([.. parts.SelectMany(part => part.Segments)]);

    /// <summary>Reads what ffmpeg wrote. Names that it would not write are not accepted.</summary>
    /// <param name="lengthOf">Length of a segment's file in bytes.</param>
    /// <returns>Null when the list is not whole.</returns>
    public static MediaPlaylist? TryParse(string text, Func<string, long> lengthOf)
    {
        var segments = new List<MediaSegment>();
        double? seconds = null;
        string? map = null;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line == "#EXT-X-ENDLIST")
                return new(segments);
            if (line.StartsWith("#EXTINF:", StringComparison.Ordinal))
                seconds = double.TryParse(line.AsSpan(8).TrimEnd(','), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && parsed is >= 0 and < 1e6 ? parsed : null;
            else if (Map().Match(line) is { Success: true } found)
                map = found.Groups[1].Value;
            else if (!line.StartsWith('#') && seconds is { } length && Name().IsMatch(line))
                segments.Add(new(line, length, lengthOf(line), map));
        }

        return null;
    }

    /// <summary>The peak as RFC 8216 4.3.4.2 has it: over any segments in a row that together last 0.5 to 1.5 times the target duration.</summary>
    public double PeakBitsPerSecond()
    {
        var (peak, target) = (0.0, TargetSeconds);
        for (var first = 0; first < segments.Count; first++)
        {
            var (bytes, seconds) = (0L, 0.0);
            for (var last = first; last < segments.Count; last++)
            {
                bytes += segments[last].LengthBytes;
                seconds += segments[last].Seconds;
                if (seconds > 1.5 * target)
                    break;
                if (seconds >= 0.5 * target)
                    peak = Math.Max(peak, bytes * 8 / seconds);
            }
        }

        return Math.Max(peak, AverageBitsPerSecond);
    }

    /// <param name="isIndependent">Every segment begins with a keyframe that needs nothing before it.</param>
    public string Write(bool isIndependent)
    {
        // 4.3.2.5 asks for version 6 when there are maps; 7 is what players expect of fragmented MP4.
        var text = new StringBuilder($"#EXTM3U\n#EXT-X-VERSION:{(segments.Any(segment => segment.Map is not null) ? 7 : 6)}\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{TargetSeconds}\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n");
        if (isIndependent)
            text.Append("#EXT-X-INDEPENDENT-SEGMENTS\n");
        string? map = null;
        foreach (var segment in segments)
        {
            if (segment.Map != map)
                text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MAP:URI=\"{segment.Map}\"\n");
            map = segment.Map;
            text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{segment.Seconds:0.000000},\n{segment.Name}\n");
        }

        return text.Append("#EXT-X-ENDLIST\n").ToString();
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,60}\.(ts|m4s)$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^#EXT-X-MAP:URI=""([a-z][a-z0-9_]{0,60}\.mp4)""$")]
    private static partial Regex Map();
}
