using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Demo;

/// <summary>Finds, among all frames of a video about a time, the one that a picture shows. Pictures are scaled down, so that scalers and decoders may differ.</summary>
internal sealed class FrameSearch(string video, int framesPerSecond)
{
    public const int Width = 128;
    public const int Height = 72;
    private const int RowBytes = Width * 3;
    private const int FrameBytes = RowBytes * Height;

    /// <summary>Of frames on either side of the time.</summary>
    private const int AboutSeconds = 5;

    /// <summary>Colours of a video that does not tell what they are: to Chromium they are those of BT.709.</summary>
    private const string Untold = "in_color_matrix=bt709:";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <param name="rgb">Three bytes each, by rows.</param>
    /// <param name="rows">How many of its rows are compared, from the top.</param>
    public async Task<FrameMatch> FindAsync(byte[] rgb, double time, CancellationToken cancellationToken, int rows = Height)
    {
        if (rgb.Length != FrameBytes)
        {
            throw new DemoException($"A picture of {rgb.Length} bytes came, where {FrameBytes} were asked for.");
        }

        var first = Math.Max(0, (int)((time - AboutSeconds) * framesPerSecond));
        // A half frame early: what begins then is the frame itself, whatever is rounded.
        var start = Math.Max(0, (first - 0.5) / framesPerSecond);
        var frames = await DecodeAsync(
            ["-ss", start.ToString("0.000", CultureInfo.InvariantCulture), "-i", "file:" + video, "-frames:v", $"{2 * AboutSeconds * framesPerSecond}"],
            filters: "", Untold, cancellationToken);
        var differences = Enumerable.Range(0, frames.Length / FrameBytes)
            .Select(index => Difference(rgb, frames.AsSpan(index * FrameBytes, FrameBytes), rows)).ToList();
        if (differences.Count < framesPerSecond)
        {
            throw new DemoException(FormattableString.Invariant($"The video has {differences.Count} frames about {time:0.00} s."));
        }

        var best = differences.IndexOf(differences.Min());
        return new FrameMatch(
            (double)(first + best) / framesPerSecond, differences[best], differences.Where((_, index) => Math.Abs(index - best) > framesPerSecond).Min());
    }

    /// <summary>The part of a picture in a file, scaled down.</summary>
    /// <param name="box">Left, top, width and height.</param>
    public static Task<byte[]> ReadAsync(string picture, IReadOnlyList<int> box, CancellationToken cancellationToken) =>
        DecodeAsync(["-i", "file:" + picture, "-frames:v", "1"], FormattableString.Invariant($"crop={box[2]}:{box[3]}:{box[0]}:{box[1]},"), colours: "", cancellationToken);

    private static async Task<byte[]> DecodeAsync(IEnumerable<string> input, string filters, string colours, CancellationToken cancellationToken)
    {
        await using var directory = new TempDirectory();
        var output = directory["frames.rgb"];
        await ToolProcess.RunAsync(
            "ffmpeg",
            [
                "-nostdin", "-v", "error", .. input, "-map", "0:v:0", "-fps_mode", "passthrough",
                "-vf", FormattableString.Invariant($"{filters}scale={Width}:{Height}:{colours}flags=area"), "-pix_fmt", "rgb24", "-f", "rawvideo", "file:" + output,
            ],
            Deadline,
            cancellationToken);
        return await File.ReadAllBytesAsync(output, cancellationToken);
    }

    private static double Difference(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, int rows)
    {
        var sum = 0L;
        for (var at = 0; at < rows * RowBytes; at++)
        {
            sum += Math.Abs(one[at] - other[at]);
        }

        return (double)sum / (rows * RowBytes);
    }
}
