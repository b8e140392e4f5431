using System.Text.Json.Nodes;
using EventTorrent.TestKit;

namespace EventTorrent.Demo;

/// <summary>Proves with ffprobe that a file is one JPEG that decodes without a complaint.</summary>
internal static class PictureCheck
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <exception cref="DemoException">It is not.</exception>
    public static async Task RunAsync(string path, int width, int height, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        var output = await ToolProcess.RunAsync(
            "ffprobe",
            [
                "-v", "error", "-count_frames", "-protocol_whitelist", "file",
                "-show_entries", "stream=codec_name,width,height,nb_read_frames", "-of", "json", "file:" + path,
            ],
            Deadline,
            cancellationToken);
        JsonNode? stream;
        try
        {
            stream = JsonNode.Parse(output)?["streams"]?[0];
        }
        catch (System.Text.Json.JsonException)
        {
            // Complaints of the decoder stand between the JSON.
            throw new DemoException($"{name} does not decode cleanly: {output.Trim()}");
        }

        var found = $"{stream?["codec_name"]} {stream?["width"]}x{stream?["height"]}, {stream?["nb_read_frames"]} frames";
        var expected = FormattableString.Invariant($"mjpeg {width}x{height}, 1 frames");
        if (found != expected)
        {
            throw new DemoException($"{name} should be {expected}, but is {found}.");
        }
    }
}
