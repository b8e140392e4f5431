using System.Globalization;
using System.Text.RegularExpressions;
using EventTorrent.Media.Decoding;

namespace EventTorrent.Media.Paging;

/// <summary>
/// Plans for containers that have no reader here: ffmpeg says what it is and how long, and the pictures are spread over that time. Which
/// keyframes these are shows when they are taken.
/// </summary>
internal sealed partial class PagedPlanner(MediaOptions options, Ffmpeg ffmpeg)
{
    private const int MaxOutputBytes = 1024;

    /// <summary>Where nobody knows the duration, as for a film of a megabit each second: the order is right.</summary>
    private const double LikelyBytesPerSecond = 125_000;

    /// <summary>Pictures may begin some time after the sound; later calls have only to find the stream again.</summary>
    private static readonly TimeSpan Analysis = TimeSpan.FromSeconds(5);

    private readonly FormatProbe _probe = new(ffmpeg);

    /// <param name="head">The first bytes of the file.</param>
    /// <exception cref="MediaException">Named cause.</exception>
    public async Task<ScreenshotPlan> PlanAsync(IByteSource source, ReadOnlyMemory<byte> head, int count, CancellationToken cancellationToken)
    {
        var demuxer = options.PagingMegabytes > 0 ? await _probe.FindAsync(head, cancellationToken) : null;
        if (demuxer is null)
            throw new MediaException(MediaErrorKind.NotAVideo, "The file does not begin like any video container that we know.");

        var budget = ByteBudget.ForPlan(options, source.Length);
        var report = await DescribeAsync(demuxer, source, budget, cancellationToken);
        var video = Video().Match(report);
        if (!video.Success && budget.IsExceeded)
            throw budget.Exceeded;
        if (!video.Success)
            throw new MediaException(MediaErrorKind.NotAVideo, $"The file begins like {demuxer}, but ffmpeg finds no pictures in it.");

        return new()
        {
            Container = demuxer,
            Codec = video.Groups[1].Value,
            Duration = Duration(report) ?? LikelyDuration(source.Length),
            FileLength = source.Length,
            Needed = [new(0, head.Length)],
            Heads = [ReadOnlyMemory<byte>.Empty],
            Shots = Spread(demuxer, source.Length, Duration(report), count),
        };
    }

    /// <returns>What ffmpeg says of a file when it opens it.</returns>
    private async Task<string> DescribeAsync(string demuxer, IByteSource source, ByteBudget budget, CancellationToken cancellationToken)
    {
        FfmpegResult result;
        await using (var server = RangeServer.Start(source, budget))
        {
            string[] arguments =
            [
                .. PictureDecoder.Limits(options), "-v", "info", "-protocol_whitelist", PagedInput.Protocols, "-f", demuxer,
                .. new PagedInput(demuxer, server.Url) { Analysis = Analysis }.Arguments, "-map", "0:V:0", "-c", "copy", "-t", "0", "-f", "null", "-",
            ];
            result = await ffmpeg.RunPagedAsync(arguments, MaxOutputBytes, cancellationToken);
            server.Failure?.Throw();
        }

        return result.TimedOut
            ? throw new MediaException(MediaErrorKind.LimitExceeded, $"ffmpeg did not find out within {options.PagingTimeout} what the file holds.")
            : result.Errors;
    }

    private static IReadOnlyList<PlannedShot> Spread(string demuxer, long length, TimeSpan? known, int count)
    {
        // A bare stream is entered at a byte, so a wrong duration does no harm; elsewhere what lies behind the end is looked for before it.
        var isSure = known is not null || PagedFormats.IsBare(demuxer);
        var duration = known ?? LikelyDuration(length);
        var spacing = duration / count;
        return [.. Enumerable.Range(0, count).Select(i => (i + 0.5) * spacing).Select(time =>
            new PlannedShot(time, [.. Times(time).Select(entry => Entry(entry, duration, length)).DistinctBy(entry => entry.Offset)]))];

        TimeSpan[] Times(TimeSpan time) => isSure
            ? [time, time - spacing / 3, time + spacing / 3]
            : [time, time / 3, TimeSpan.Zero];
    }

    /// <summary>The place in the file is what bare streams are entered at; for others it is about where the time is.</summary>
    private static Keyframe Entry(TimeSpan time, TimeSpan duration, long length) =>
        new(Math.Clamp((long)(length * (time / duration)), 0, length - 1), 0, time, Head: 0);

    private static TimeSpan LikelyDuration(long length) =>
        TimeSpan.FromSeconds(Math.Min(length / LikelyBytesPerSecond, MediaTime.Max.TotalSeconds));

    private static TimeSpan? Duration(string report)
    {
        if (Duration().Match(report) is not { Success: true } match)
            return null;

        var parts = Enumerable.Range(1, 3).Select(i => double.Parse(match.Groups[i].ValueSpan, CultureInfo.InvariantCulture)).ToArray();
        var seconds = (parts[0] * 60 + parts[1]) * 60 + parts[2];
        return seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, MediaTime.Max.TotalSeconds)) : null;
    }

    /// <summary>Lines of the file's own texts are indented further.</summary>
    [GeneratedRegex(@"^  Duration: (\d{1,9}):(\d\d):(\d\d\.\d+),", RegexOptions.Multiline)]
    private static partial Regex Duration();

    /// <summary>With a size: without one nothing was understood. Pictures of covers are no video.</summary>
    [GeneratedRegex(@"^  Stream #0:[^\n]*: Video: ([a-z0-9_]{1,32})[^\n]*, [1-9]\d*x[1-9]\d*(?![^\n]*\(attached pic\))", RegexOptions.Multiline)]
    private static partial Regex Video();
}
