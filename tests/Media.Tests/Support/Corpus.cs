using EventTorrent.TestKit;

namespace EventTorrent.Media.Tests.Support;

/// <summary>The shared corpus of real media, which stands beside the repository and is no part of it.</summary>
internal static class Corpus
{
    private static readonly string? Root = RepositoryPaths.Corpus;

    public static bool IsThere => Root is not null;

    /// <summary>One line of the manifest.</summary>
    /// <param name="Container">As ffprobe names it, such as "mov".</param>
    /// <param name="DecodedKeyframes">How many keyframes ffmpeg decodes.</param>
    public sealed record Entry(string Path, string Container, string Video, double? Duration, int DecodedKeyframes, string Notes)
    {
        public string Name => System.IO.Path.GetFileName(Path);
    }

    public static IReadOnlyList<Entry> Files()
    {
        Assert.SkipUnless(Root is not null, "The corpus is not there: ../shared/corpus beside the repository.");

        return [.. File.ReadLines(Path.Join(Root, "media", "MANIFEST.tsv")).Skip(1).Select(line => line.Split('\t')).Select(cells =>
            new Entry(
                Path.Join(Root, cells[0]),
                cells[4],
                cells[5],
                double.TryParse(cells[7], System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? seconds : null,
                int.TryParse(cells[9], System.Globalization.CultureInfo.InvariantCulture, out var keyframes) ? keyframes : 0,
                cells[12]))];
    }

    public static string PathOf(string name) => Files().First(file => file.Name == name).Path;

    /// <summary>Packets that the demuxer flags as keyframes: presentation time in seconds (null when unknown) by position and size.</summary>
    public static Dictionary<(long Offset, int Length), double?> KeyPackets(string name)
    {
        var path = Path.Join(Root, "media", "refs", name + ".keypackets.tsv");
        var packets = new Dictionary<(long, int), double?>();
        if (!File.Exists(path))
            return packets;

        var culture = System.Globalization.CultureInfo.InvariantCulture;
        foreach (var cells in File.ReadLines(path).Skip(1).Select(line => line.Split('\t')))
        {
            if (long.TryParse(cells[2], culture, out var offset) && int.TryParse(cells[3], culture, out var length))
                packets.TryAdd((offset, length), double.TryParse(cells[0], culture, out var time) ? time : null);
        }

        return packets;
    }
}
