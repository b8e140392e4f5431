using System.Globalization;
using System.Text.RegularExpressions;

namespace EventTorrent.Demo;

/// <summary>Reads a master playlist as a player does (RFC 8216 4.3.4), as far as the demo shows it.</summary>
internal static partial class MasterPlaylist
{
    private const string Variant = "#EXT-X-STREAM-INF:";
    private const string Media = "#EXT-X-MEDIA:";

    public static IReadOnlyList<Rendition> Read(IReadOnlyList<string> lines)
    {
        var renditions = new List<Rendition>();
        for (var line = 0; line < lines.Count; line++)
        {
            if (lines[line].StartsWith(Variant, StringComparison.Ordinal) && line + 1 < lines.Count)
            {
                var of = Attributes(lines[line]);
                var megabits = double.Parse(of.GetValueOrDefault("BANDWIDTH", "0"), CultureInfo.InvariantCulture) / 1_000_000;
                renditions.Add(new Rendition("video", lines[line + 1], FormattableString.Invariant($"{of.GetValueOrDefault("RESOLUTION")}, at most {megabits:0.0} Mbit/s, {of.GetValueOrDefault("CODECS")}")));
            }
            else if (lines[line].StartsWith(Media, StringComparison.Ordinal) && Attributes(lines[line]) is var media && media.TryGetValue("URI", out var uri))
            {
                renditions.Add(new Rendition(media["TYPE"].ToLowerInvariant(), uri, media["NAME"]));
            }
        }

        return renditions;
    }

    private static Dictionary<string, string> Attributes(string line) =>
        Attribute().Matches(line).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('"'));

    [GeneratedRegex("([A-Z-]+)=(\"[^\"]*\"|[^,]*)")]
    private static partial Regex Attribute();
}
