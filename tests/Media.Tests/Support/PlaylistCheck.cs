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
        var named = media.Select(entry => Media(folder, entry["URI"].Trim('"'))).ToList();
        named.AddRange(lines.Where(line => !line.StartsWith('#')).Select(uri => Media(folder, uri)));
        // Each segment is in one list, once, and no file is in none.
        var files = named.SelectMany(list => list.Files).ToList();
        Assert.Equal(files.Count, files.Distinct().Count());
        Assert.Equal(files.Where(IsMedia).Order(), Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(IsMedia).Order());
        // Nodes serve no other names (Web/protocol/src/names.ts).
        Assert.All(Directory.EnumerateFileSystemEntries(folder), path => Assert.Matches("^[a-z0-9][a-z0-9_-]{0,70}\\.(m3u8|ts|m4s|mp4|vtt|jpg)$", Path.GetFileName(path)));

        static bool IsMedia(string name) => Path.GetExtension(name) is ".ts" or ".m4s" or ".mp4";
    }

    private static void Variant(string folder, Dictionary<string, string> variant, string uri, List<Dictionary<string, string>> media)
    {
        var (seconds, bytes, peak, _) = Media(folder, uri);
        var sound = media.Where(entry => entry["TYPE"] == "AUDIO" && entry["GROUP-ID"] == variant.GetValueOrDefault("AUDIO"))
            .Select(entry => Media(folder, entry["URI"].Trim('"'))).ToList();
        Assert.Equal(media.Any(entry => entry["TYPE"] == "AUDIO"), variant.ContainsKey("AUDIO"));
        Assert.Equal(media.Any(entry => entry["TYPE"] == "SUBTITLES"), variant.ContainsKey("SUBTITLES"));
        // 4.3.4.2: of any playable combination; what we say is exact but for rounding.
        var average = (bytes * 8 / seconds) + sound.Select(track => track.Bytes * 8 / track.Seconds).DefaultIfEmpty(0).Max();
        Assert.InRange(Number(variant["AVERAGE-BANDWIDTH"]), average, average + 1);
        var most = peak + sound.Select(track => track.Peak).DefaultIfEmpty(0).Max();
        Assert.InRange(Number(variant["BANDWIDTH"]), most, most + 1);
        Assert.Matches("^\"(avc1\\.[0-9A-F]{6}|hvc1\\.[ABC]?[0-9]+\\.[0-9A-F]+\\.[LH][0-9]+(\\.[0-9A-F]{1,2}){0,6}|av01\\.[0-2]\\.[0-9]{2}[MH]\\.(08|10|12)(\\.[0-9.]+)?)(,mp4a\\.40\\.(2|5|29))*\"$", variant["CODECS"]);
        Assert.Equal(sound.Count > 0, variant["CODECS"].Contains("mp4a", StringComparison.Ordinal));
        Assert.Matches("^[0-9]+x[0-9]+$", variant["RESOLUTION"]);
    }

    /// <returns>Length, size, peak bit rate, and the files that it names.</returns>
    public static (double Seconds, long Bytes, double Peak, List<string> Files) Media(string folder, string name)
    {
        var lines = Lines(folder, name);
        var target = Number(Assert.Single(lines, line => line.StartsWith("#EXT-X-TARGETDURATION:", StringComparison.Ordinal)).Split(':')[1]);
        Assert.Equal("#EXT-X-ENDLIST", lines[^1]);
        Assert.DoesNotContain(lines, line => line.StartsWith("#EXT-X-DISCONTINUITY", StringComparison.Ordinal));
        var segments = new List<(double Seconds, long Bytes)>();
        var files = new List<string>();
        var isMapped = false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("#EXT-X-MAP:", StringComparison.Ordinal))
            {
                isMapped = true;
                files.Add(Attributes(lines[i])["URI"].Trim('"'));
                Assert.True(new FileInfo(Path.Join(folder, files[^1])).Length > 0);
            }

            if (!lines[i].StartsWith("#EXTINF:", StringComparison.Ordinal))
                continue;

            var length = Number(lines[i]["#EXTINF:".Length..].TrimEnd(','));
            // 4.3.3.1
            Assert.True(Math.Round(length, MidpointRounding.AwayFromZero) <= target, $"{name}: {length} s against a target of {target} s");
            // Fragments are nothing without their header, and only they have one (3.3).
            Assert.Matches(isMapped ? "^[a-z0-9][a-z0-9_-]*\\.m4s$" : "^[a-z0-9][a-z0-9_-]*\\.(ts|vtt)$", lines[i + 1]);
            files.Add(lines[i + 1]);
            segments.Add((length, new FileInfo(Path.Join(folder, lines[i + 1])).Length));
        }

        Assert.Equal(isMapped ? 7 : 6, Number(lines.Single(line => line.StartsWith("#EXT-X-VERSION:", StringComparison.Ordinal)).Split(':')[1]));
        var (seconds, bytes) = (segments.Sum(segment => segment.Seconds), segments.Sum(segment => segment.Bytes));
        Assert.True(seconds > 0, name);
        // 4.1: the peak segment bit rate is the largest of any segments in a row that last between 0.5 and 1.5 times the target duration.
        var runs = from first in Enumerable.Range(0, segments.Count)
                   from count in Enumerable.Range(1, segments.Count - first)
                   let run = segments.GetRange(first, count)
                   let length = run.Sum(segment => segment.Seconds)
                   where length >= 0.5 * target && length <= 1.5 * target
                   select run.Sum(segment => segment.Bytes) * 8 / length;
        return (seconds, bytes, runs.Append(bytes * 8 / seconds).Max(), files);
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
