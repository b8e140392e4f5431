using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>Pictures as other programs read them.</summary>
internal static class Jpeg
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What independent programs of this machine say of the tags: ffprobe always, exiftool where it is installed.</summary>
    public static async Task<IReadOnlyList<string>> ReadTagsAsync(string path, CancellationToken cancellationToken)
    {
        var tags = new List<string>
        {
            await ToolProcess.RunAsync("ffprobe", ["-v", "error", "-show_frames", "-show_entries", "frame_tags", path], Patience, cancellationToken),
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
}
