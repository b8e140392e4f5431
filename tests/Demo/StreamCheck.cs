using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Demo;

/// <summary>Proves with ffprobe and ffmpeg that a stream can be played from its first to its last moment.</summary>
/// <param name="master">Path of the master playlist.</param>
internal sealed class StreamCheck(string master, TimeSpan duration, int framesPerSecond)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    /// <summary>What a person does not notice: an encoder's frame or two at either end.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(0.2);

    /// <returns>For each rendition one line for a person.</returns>
    /// <exception cref="DemoException">It can't.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var renditions = MasterPlaylist.Read(await File.ReadAllLinesAsync(master, cancellationToken));
        var lines = new List<string>();
        foreach (var rendition in renditions.Where(rendition => rendition.Kind != "subtitles").OrderBy(rendition => rendition.Kind != "video"))
        {
            lines.Add($"{rendition.Uri,-10} {rendition.Kind,-6} {rendition.Description}: {await MeasureAsync(rendition, cancellationToken)}");
        }

        if (!renditions.Any(rendition => rendition.Kind == "video"))
        {
            throw new DemoException($"{master} names no video.");
        }

        await PlayAsync(cancellationToken);
        return lines;
    }

    /// <summary>By how many seconds the first picture is decoded before it is shown: pictures that are decoded out of order make it so.</summary>
    public async Task<double> ReadDelayAsync(CancellationToken cancellationToken)
    {
        var video = MasterPlaylist.Read(await File.ReadAllLinesAsync(master, cancellationToken)).First(rendition => rendition.Kind == "video");
        var first = await ToolProcess.RunAsync(
            "ffprobe",
            ["-v", "error", "-read_intervals", "%+#1", "-show_entries", "packet=pts_time,dts_time", "-of", "csv=p=0", Path.Combine(Path.GetDirectoryName(master)!, video.Uri)],
            Deadline,
            cancellationToken);
        return first.Trim().Split(',') is [var shown, var decoded, ..] && Read(shown) is { } pts && Read(decoded) is { } dts
            ? pts - dts
            : throw new DemoException($"{video.Uri} does not begin with a picture: {first.Trim()}");
    }

    /// <summary>Looks at the time of every packet: from one to the next there is no more than a packet.</summary>
    private async Task<string> MeasureAsync(Rendition rendition, CancellationToken cancellationToken)
    {
        var packets = await ReadTimesAsync(Path.Combine(Path.GetDirectoryName(master)!, rendition.Uri), cancellationToken);
        if (packets.Count < 2)
        {
            throw new DemoException($"{rendition.Uri} has nothing in it.");
        }

        var (start, end) = (packets[0].At, packets[^1].At + packets[^1].Length);
        var gap = packets.Zip(packets.Skip(1)).MaxBy(pair => pair.Second.At - pair.First.At - pair.First.Length);
        var silence = gap.Second.At - gap.First.At - gap.First.Length;
        if (Math.Abs(end - start - duration.TotalSeconds) > Tolerance.TotalSeconds)
        {
            throw new DemoException(FormattableString.Invariant($"{rendition.Uri} plays for {end - start:0.00} s, and the video for {duration.TotalSeconds:0.00} s."));
        }

        if (silence > gap.First.Length / 2)
        {
            throw new DemoException(FormattableString.Invariant($"{rendition.Uri} has a gap of {silence:0.000} s at {gap.First.At - start:0.00} s."));
        }

        var frames = (int)Math.Round(duration.TotalSeconds * framesPerSecond);
        return rendition.Kind != "video" ? FormattableString.Invariant($"{end - start:0.0} s")
            : packets.Count == frames ? FormattableString.Invariant($"{packets.Count:N0} pictures, {end - start:0.0} s")
            : throw new DemoException(FormattableString.Invariant($"{rendition.Uri} has {packets.Count} pictures, and the video has {frames}."));
    }

    private static async Task<List<(double At, double Length)>> ReadTimesAsync(string playlist, CancellationToken cancellationToken)
    {
        // By way of a file: there are more lines than a tool's output is kept of.
        await using var directory = new TempDirectory();
        var table = directory["packets.csv"];
        await ToolProcess.RunAsync(
            "ffprobe", ["-v", "error", "-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0", "-o", table, playlist], Deadline, cancellationToken);
        var packets = new List<(double At, double? Length)>();
        foreach (var line in await File.ReadAllLinesAsync(table, cancellationToken))
        {
            if (line.Split(',') is [var at, var length, ..] && Read(at) is { } pts)
            {
                packets.Add((pts, Read(length)));
            }
        }

        // MPEG-TS does not say how long a packet lasts: ffprobe finds out on the way, and has none for the first of them.
        var known = packets.Select(packet => packet.Length).OfType<double>().Order().ToList();
        var usual = known.Count == 0 ? 0 : known[known.Count / 2];
        return [.. packets.Select(packet => (packet.At, packet.Length ?? usual)).Order()];
    }

    private static double? Read(string seconds) =>
        double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Decodes all of it, picture and sound, beginning at the master playlist. Nothing may be complained of.</summary>
    private async Task PlayAsync(CancellationToken cancellationToken)
    {
        await using var ffmpeg = await ToolProcess.StartAsync(
            "ffmpeg", ["-nostdin", "-v", "error", "-xerror", "-i", master, "-map", "0:v", "-map", "0:a", "-f", "null", "-"]);
        var code = await ffmpeg.WaitForExitAsync(Deadline, cancellationToken);
        if (code != 0 || ffmpeg.Output.Trim().Length > 0)
        {
            throw new DemoException($"ffmpeg can't play {master} (exit code {code}): {ffmpeg.Output.Trim()}");
        }
    }
}
