using System.Globalization;
using System.Text.RegularExpressions;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>Pictures as other programs read them.</summary>
internal static partial class Jpeg
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What independent programs of this machine say of the tags: ffprobe always, exiftool where it is installed.</summary>
    public static async Task<IReadOnlyList<string>> ReadTagsAsync(string path, CancellationToken cancellationToken)
    {
        var frame = await ToolProcess.RunAsync("ffprobe", ["-v", "error", "-show_frames", "-show_entries", "frame_tags", path], Patience, cancellationToken);
        // ffprobe shows the bytes of a comment as numbers.
        var comment = Numbers().Match(frame).Groups[1].Value;
        var tags = new List<string>
        {
            frame + string.Concat(comment.Split([',', '\n', ' '], StringSplitOptions.RemoveEmptyEntries).Select(number => (char)int.Parse(number, CultureInfo.InvariantCulture))),
        };
        if (File.Exists("/usr/bin/exiftool"))
        {
            var said = await ToolProcess.RunAsync("exiftool", ["-validate", "-warning", "-ImageDescription", "-UserComment", path], Patience, cancellationToken);
            Assert.Contains("Validate                        : OK", said, StringComparison.Ordinal);
            tags.Add(said);
        }

        return tags;
    }

    /// <summary>The picture alone: without its first segment, when that holds Exif tags.</summary>
    public static byte[] WithoutTags(byte[] jpeg) =>
        jpeg is [0xFF, 0xD8, 0xFF, 0xE1, var high, var low, ..] ? [0xFF, 0xD8, .. jpeg[(4 + (high << 8 | low))..]] : jpeg;

    [GeneratedRegex(@"TAG:UserComment=([\d,\s]+)")]
    private static partial Regex Numbers();
}
