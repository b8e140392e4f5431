using System.Text.Json;
using System.Text.RegularExpressions;
using EventTorrent.TestKit;

namespace EventTorrent.Demo;

/// <summary>Lets Chromium watch a task on the page of the service, and proves that what it shows are the frames of the video at their times, come over a data channel.</summary>
/// <param name="video">Path of what was seeded.</param>
/// <param name="delay">In seconds: hls.js counts from the first decoding, so that its clock, for pictures and sound alike, is ahead of the video's by it.</param>
internal sealed partial class WatchCheck(Uri url, string infohash, string video, int framesPerSecond, double delay)
{
    /// <summary>Above what scalers and decoders make of the same frame.</summary>
    private const double MostDifference = 10;

    /// <summary>Frames some time away from the one that is shown must be less like it by this factor.</summary>
    private const double Clearly = 2;

    /// <summary>What rounding may do.</summary>
    private const int FramesAtRest = 1;

    /// <summary>While it plays, a picture that is looked at may be a later one than that of which the browser has just told the time.</summary>
    private const int FramesInMotion = 3;

    /// <summary>Of the screenshot, above the controls.</summary>
    private const int RowsAboveControls = FrameSearch.Height * 3 / 5;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LineDeadline = TimeSpan.FromSeconds(10);
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly FrameSearch _search = new(video, framesPerSecond);

    /// <param name="screenshot">Path of the picture of the page that is made.</param>
    /// <returns>For a person.</returns>
    /// <exception cref="DemoException">It does not play, or shows something else.</exception>
    public async Task<IReadOnlyList<(string Name, string Value)>> RunAsync(string screenshot, CancellationToken cancellationToken)
    {
        var seen = await WatchAsync(screenshot, cancellationToken);
        if (seen.Problems.Count > 0)
        {
            throw new DemoException($"The page complained: {string.Join("; ", seen.Problems)}");
        }

        if (!seen.Path.StartsWith("direct", StringComparison.Ordinal) || seen.Requests.FirstOrDefault(path => MediaFile().IsMatch(path)) is not null)
        {
            throw new DemoException($"The video did not come over a data channel from the node: path {seen.Path}, asked of the server: {string.Join(" ", seen.Requests)}");
        }

        var shown = await FrameSearch.ReadAsync(screenshot, seen.Shown.Box, cancellationToken);
        return
        [
            ("first picture", FormattableString.Invariant($"{seen.FirstPictureS:0.0} s after the click on \"Watch\"")),
            ("path", $"{seen.Path}, {seen.Received} over the data channel, none by HTTP"),
            ("playing", await JudgeAsync(seen.Playing.Rgb, seen.Playing.Time, seen.Playing.Time, FramesInMotion, FrameSearch.Height, cancellationToken)),
            ("after a seek", await JudgeAsync(seen.Sought.Rgb, seen.Sought.Time, seen.Sought.Time, FramesAtRest, FrameSearch.Height, cancellationToken)),
            ("screenshot", await JudgeAsync(shown, seen.Shown.From, seen.Shown.To, FramesInMotion, RowsAboveControls, cancellationToken)),
            ("kept as", screenshot),
        ];
    }

    private async Task<WatchReply> WatchAsync(string screenshot, CancellationToken cancellationToken)
    {
        await using var watcher = await ToolProcess.StartAsync(
            "node", [NodeProgram.Watcher, url.ToString(), infohash, screenshot, $"{FrameSearch.Width}x{FrameSearch.Height}"]);
        if (await watcher.WaitForExitAsync(Deadline, cancellationToken) is not 0 and var code)
        {
            throw new DemoException($"The browser could not watch the task (exit code {code}): {watcher.Output.Trim()}");
        }

        var line = await watcher.WaitForLineAsync(line => line.StartsWith('{'), LineDeadline, cancellationToken);
        return JsonSerializer.Deserialize<WatchReply>(line, Format) ?? throw new DemoException("The browser saw nothing.");
    }

    /// <summary>The frame that a picture is most like must be that of its time, be like it, and be more so than others.</summary>
    private async Task<string> JudgeAsync(byte[] rgb, double from, double to, int frames, int rows, CancellationToken cancellationToken)
    {
        (from, to) = (from - delay, to - delay);
        var match = await _search.FindAsync(rgb, (from + to) / 2, cancellationToken, rows);
        var apart = Math.Max(0, Math.Max(from - match.Time, match.Time - to));
        var told = from == to ? FormattableString.Invariant($"at {from:0.000} s") : FormattableString.Invariant($"between {from:0.000} and {to:0.000} s");
        var found = FormattableString.Invariant(
            $"{told} the frame of {match.Time:0.000} s, {apart * 1000:0} ms away; it differs by {match.Difference:0.0} of 255, other frames by {match.OthersDifference:0.0} and more");
        // A thousandth, so that a whole number of frames is one.
        return apart <= (double)frames / framesPerSecond + 0.001 && match.Difference <= MostDifference && match.Difference * Clearly <= match.OthersDifference
            ? found
            : throw new DemoException($"The browser shows something else than the video: {found}.");
    }

    [GeneratedRegex(@"\.(m3u8|ts|m4s|mp4|aac)$")]
    private static partial Regex MediaFile();
}
