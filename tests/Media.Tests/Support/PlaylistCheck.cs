using System.Globalization;
using System.Text.RegularExpressions;

namespace EventTorrent.Media.Tests.Support;

/// <summary>The rules of RFC 8216 that concern a finished stream, and what is there against what is said of it.</summary>
internal static partial class PlaylistCheck
{
    public static void Master(string folder)
    {
        var lines = Lines(folder, "master.m3u8");
        Assert.DoesNotContain(lines, line => line.StartsWith("#EXTINF", StringComparison.Ordinal));
        var media = lines.Where(line => line.StartsWith("#EXT-X-MEDIA:", StringComparison.Ordinal)).Select(Attributes).ToList();
        foreach (var group in media.GroupBy(entry => (entry["TYPE"], entry["GROUP-ID"])))
        {
            // 4.3.4.1.1: names are unique, one default at most; what is the default may be chosen automatically.
            Assert.Equal(group.Count(), group.Select(entry => entry["NAME"]).Distinct().Count());
            Assert.InRange(group.Count(entry => entry["DEFAULT"] == "YES"), group.Key.Item1 == "\"AUDIO\"" ? 1 : 0, 1);
            Assert.All(group, entry => Assert.True(entry["DEFAULT"] == "NO" || entry["AUTOSELECT"] == "YES"));
        }

        var variants = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("#EXT-X-STREAM-INF:", StringComparison.Ordinal))
                continue;

            variants++;
            Variant(folder, Attributes(lines[i]), lines[i + 1], media);
        }

        Assert.True(variants > 0);
        foreach (var entry in media)
            Media(folder, entry["URI"].Trim('"'));
        // Nodes serve no other names (Web/protocol/src/names.ts).
        Assert.All(Directory.EnumerateFileSystemEntries(folder), path => Assert.Matches("^[a-z0-9][a-z0-9_-]{0,70}\\.(m3u8|ts|vtt|jpg)$", Path.GetFileName(path)));
    }

    private static void Variant(string folder, Dictionary<string, string> variant, string uri, List<Dictionary<string, string>> media)
    {
        var (seconds, bytes, peak) = Media(folder, uri);
        var sound = media.Where(entry => entry["TYPE"] == "AUDIO" && entry["GROUP-ID"] == variant.GetValueOrDefault("AUDIO"))
            .Select(entry => Media(folder, entry["URI"].Trim('"'))).ToList();
        Assert.Equal(media.Any(entry => entry["TYPE"] == "AUDIO"), variant.ContainsKey("AUDIO"));
        Assert.Equal(media.Any(entry => entry["TYPE"] == "SUBTITLES"), variant.ContainsKey("SUBTITLES"));
        // 4.3.4.2: at most 10 percent off is what Apple's validator allows.
        var average = (bytes * 8 / seconds) + sound.Select(track => track.Bytes * 8 / track.Seconds).DefaultIfEmpty(0).Max();
        Assert.InRange(Number(variant["AVERAGE-BANDWIDTH"]), average * 0.9, average * 1.1);
        Assert.InRange(Number(variant["BANDWIDTH"]), Number(variant["AVERAGE-BANDWIDTH"]), peak + sound.Select(track => track.Peak).DefaultIfEmpty(0).Max() + 1);
        Assert.Matches("^\"(avc1\\.[0-9A-F]{6})(,mp4a\\.40\\.(2|5|29))*\"$", variant["CODECS"]);
        Assert.Equal(sound.Count > 0, variant["CODECS"].Contains("mp4a", StringComparison.Ordinal));
        Assert.Matches("^[0-9]+x[0-9]+$", variant["RESOLUTION"]);
    }

    /// <returns>Length, size, and the largest bit rate of one segment.</returns>
    public static (double Seconds, long Bytes, double Peak) Media(string folder, string name)
    {
        var lines = Lines(folder, name);
        var target = Number(Assert.Single(lines, line => line.StartsWith("#EXT-X-TARGETDURATION:", StringComparison.Ordinal)).Split(':')[1]);
        Assert.Equal("#EXT-X-ENDLIST", lines[^1]);
        Assert.DoesNotContain(lines, line => line.StartsWith("#EXT-X-DISCONTINUITY", StringComparison.Ordinal));
        var (seconds, bytes, peak) = (0.0, 0L, 0.0);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("#EXTINF:", StringComparison.Ordinal))
                continue;

            var length = Number(lines[i]["#EXTINF:".Length..].TrimEnd(','));
            // 4.3.3.1
            Assert.True(Math.Round(length, MidpointRounding.AwayFromZero) <= target, $"{name}: {length} s against a target of {target} s");
            Assert.Matches("^[a-z0-9][a-z0-9_-]*\\.(ts|vtt)$", lines[i + 1]);
            var size = new FileInfo(Path.Join(folder, lines[i + 1])).Length;
            (seconds, bytes, peak) = (seconds + length, bytes + size, Math.Max(peak, length > 0 ? size * 8 / length : 0));
        }

        Assert.True(seconds > 0, name);
        return (seconds, bytes, peak);
    }

    private static string[] Lines(string folder, string name)
    {
        var text = File.ReadAllText(Path.Join(folder, name));
        Assert.DoesNotContain('\r', text);
        Assert.NotEqual('\uFEFF', text[0]);
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal("#EXTM3U", lines[0]);
        Assert.Single(lines, line => line.StartsWith("#EXT-X-VERSION:", StringComparison.Ordinal));
        return lines;
    }

    private static Dictionary<string, string> Attributes(string line) =>
        Attribute().Matches(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("([A-Z-]+)=(\"[^\"]*\"|[^,]*)(?:,|$)")]
    private static partial Regex Attribute();
}
