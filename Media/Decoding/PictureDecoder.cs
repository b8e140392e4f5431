using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EventTorrent.Media.Decoding;

/// <summary>Turns a mini file into a JPEG by ffmpeg.</summary>
internal sealed partial class PictureDecoder(MediaOptions options, Ffmpeg ffmpeg)
{
    private const int MaxOutputBytes = 32 * 1024 * 1024;

    /// <summary>
    /// Tried in this order until the picture fits into <see cref="Screenshot.MaxBytes"/>: JPEG quality (2 is best, 31
    /// worst) and the longer side in pixels. Pictures above full HD hardly ever fit, so they are never tried.
    /// </summary>
    private static readonly (int Quality, int MaxSide)[] Sizes = [(3, 1920), (8, 1920), (12, 1280)];

    private readonly ToneMapping _toneMapping = new(ffmpeg);

    /// <param name="miniFile">A file with one keyframe, as parts.</param>
    /// <param name="guess">
    /// How other pictures of the video had to be treated. Only decoding tells for certain; a wrong guess costs a second try.
    /// </param>
    /// <returns>Null when it does not decode.</returns>
    /// <exception cref="MediaException">
    /// <see cref="MediaErrorKind.ToolMissing"/>; <see cref="MediaErrorKind.LimitExceeded"/> when it takes too long.
    /// </exception>
    public Task<Picture?> DecodeAsync(
        string demuxer, IReadOnlyList<ReadOnlyMemory<byte>> miniFile, PictureTreatment guess, CancellationToken cancellationToken)
    {
        string[] input = [.. InputArguments(demuxer, "pipe"), "-i", "pipe:0"];
        return DecodeAsync(
            (filters, quality) => ffmpeg.RunAsync([.. input, .. OutputArguments("0:v:0", filters, quality)], miniFile, MaxOutputBytes, cancellationToken),
            guess, options.DecodeTimeout, cancellationToken);
    }

    /// <summary>Decodes the first picture from an entry point of a file that ffmpeg reads itself.</summary>
    /// <returns>Whether ffmpeg got to that point is told too: a picture from elsewhere is of little use.</returns>
    /// <inheritdoc cref="DecodeAsync(string, IReadOnlyList{ReadOnlyMemory{byte}}, PictureTreatment, CancellationToken)" />
    public async Task<(Picture? Picture, bool HasEntered)> DecodePagedAsync(PagedInput input, PictureTreatment guess, CancellationToken cancellationToken)
    {
        var hasEntered = true;
        var picture = await DecodeAsync(RunAsync, guess, options.PagingTimeout, cancellationToken);
        return (picture, hasEntered);

        async Task<FfmpegResult> RunAsync(string filters, int quality)
        {
            string[] arguments =
            [
                .. InputArguments(input.Demuxer, PagedInput.Protocols), .. input.Arguments, .. OutputArguments("0:V:0", input.Filter + filters, quality),
            ];
            var result = await ffmpeg.RunPagedAsync(arguments, MaxOutputBytes, cancellationToken);
            hasEntered &= !SeekFailed().IsMatch(result.Errors);
            return result;
        }
    }

    /// <summary>MD5 of the first decoded picture as it is in memory, before rotation, scaling or conversion; null when nothing decodes.</summary>
    public async Task<string?> HashFrameAsync(
        string demuxer, IReadOnlyList<ReadOnlyMemory<byte>> miniFile, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            .. InputArguments(demuxer, "pipe"), "-noautorotate", "-i", "pipe:0", "-map", "0:v:0", "-frames:v", "1", "-f", "md5", "pipe:1",
        ];
        var result = await ffmpeg.RunAsync(arguments, miniFile, MaxOutputBytes, cancellationToken);
        return result.ExitCode == 0 ? Encoding.ASCII.GetString(result.Output.Span).Trim().Replace("MD5=", "", StringComparison.Ordinal) : null;
    }

    private async Task<Picture?> DecodeAsync(
        Func<string, int, Task<FfmpegResult>> run, PictureTreatment guess, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var treatment = guess;
        foreach (var (quality, maxSide) in Sizes)
        {
            FfmpegResult result;
            (result, treatment) = await TreatAsync(tried => run(PictureFilters.Create(tried, maxSide), quality), treatment, cancellationToken);
            if (result.TimedOut)
                throw new MediaException(MediaErrorKind.LimitExceeded, $"Decoding took longer than {timeout}.");
            if (result.ExitCode != 0 || !JpegHeader.TryReadSize(result.Output.Span, out var width, out var height))
                return null;
            if (result.Output.Length <= Screenshot.MaxBytes)
                return Describe(result, width, height, treatment);
        }

        return null;
    }

    private static Picture Describe(FfmpegResult result, int width, int height, PictureTreatment treatment)
    {
        var frame = ShownFrame().Match(result.Errors);
        return new(width, height, result.Output, treatment, HasErrors().IsMatch(result.Errors), Number(Entropy(), result.Errors), Contrast(result.Errors))
        {
            Seconds = Number(ShownSeconds(), frame.Value),
            Position = Number(ShownPosition(), frame.Value) is >= 0 and <= long.MaxValue / 2 and var position ? (long)position : null,
        };
    }

    /// <summary>
    /// Our own sniff names the demuxer and only pipes, or a source of ours, are opened, so no playlist or reference leads anywhere. The
    /// filters report at the level of information.
    /// </summary>
    private string[] InputArguments(string demuxer, string protocols) =>
    [
        .. Limits(options), "-v", "level+info", "-protocol_whitelist", protocols, "-f", demuxer,
    ];

    /// <summary>What no call on a file of unknown origin goes without.</summary>
    public static string[] Limits(MediaOptions options) =>
    [
        "-hide_banner", "-nostdin", "-nostats", "-threads", "1", "-max_alloc", "268435456", "-max_streams", "64",
        "-max_pixels", options.MaxPicturePixels.ToString(CultureInfo.InvariantCulture),
    ];

    private static string[] OutputArguments(string video, string filters, int quality) =>
    [
        "-map", video, "-frames:v", "1", "-vf", filters,
        "-q:v", quality.ToString(CultureInfo.InvariantCulture), "-f", "image2pipe", "-c:v", "mjpeg", "pipe:1",
    ];

    /// <summary>Tries the guess, then what the decoded picture says of itself. A picture with false colours is better than none.</summary>
    private async Task<(FfmpegResult Result, PictureTreatment Treatment)> TreatAsync(
        Func<PictureTreatment, Task<FfmpegResult>> run, PictureTreatment guess, CancellationToken cancellationToken)
    {
        var first = await run(guess);
        if (first.TimedOut)
            return (first, guess);

        var deinterlace = Interlaced().IsMatch(first.Errors);
        foreach (var range in await RangesAsync(first.Errors, cancellationToken))
        {
            var wanted = new PictureTreatment(range, deinterlace);
            // A filter for fields leaves whole pictures as they are.
            if (guess.Range == range && (guess.Deinterlace || !deinterlace) && IsPicture(first))
                return (first, guess);
            if (wanted != guess && await run(wanted) is var other && IsPicture(other))
                return (other, wanted);
        }

        return (first, guess);
    }

    /// <summary>What the picture needs, best first.</summary>
    private async Task<IReadOnlyList<DynamicRange>> RangesAsync(string messages, CancellationToken cancellationToken)
    {
        var match = HighDynamicRange().Match(messages);
        if (!match.Success)
            return [DynamicRange.Standard];

        var curve = match.Groups[1].ValueSpan is "smpte2084" ? DynamicRange.Perceptual : DynamicRange.HybridLog;
        return await _toneMapping.IsThereAsync(cancellationToken) ? [DynamicRange.ToneMapped, curve] : [curve];
    }

    private static bool IsPicture(FfmpegResult result) => result is { ExitCode: 0, Output.IsEmpty: false };

    private static double? Contrast(string messages) => Number(High(), messages) - Number(Low(), messages);

    private static double? Number(Regex pattern, string messages) =>
        pattern.Match(messages) is { Success: true } match
        && double.TryParse(match.Groups[1].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>Messages carry their level; a name inside the file can't begin a line.</summary>
    [GeneratedRegex(@"^(\[[^\]\n]*@ 0x[0-9a-f]+\] )?\[(error|fatal)\] ", RegexOptions.Multiline)]
    private static partial Regex HasErrors();

    [GeneratedRegex(@"color_trc:(smpte2084|arib-std-b67)")]
    private static partial Regex HighDynamicRange();

    /// <summary>showinfo's word for the first field: top or bottom.</summary>
    [GeneratedRegex(@" i:[TB] ")]
    private static partial Regex Interlaced();

    [GeneratedRegex(@"^\[warning\] [^\n]*: could not seek to position ", RegexOptions.Multiline)]
    private static partial Regex SeekFailed();

    /// <summary>showinfo's line on the first picture that came as far as that.</summary>
    [GeneratedRegex(@"\bn: *0 pts:.*")]
    private static partial Regex ShownFrame();

    [GeneratedRegex(@"\bpts_time:(-?[0-9.]+)")]
    private static partial Regex ShownSeconds();

    [GeneratedRegex(@"\bpos: *(\d+)")]
    private static partial Regex ShownPosition();

    [GeneratedRegex(@"lavfi\.entropy\.normalized_entropy\.normal\.Y=([0-9.]+)")]
    private static partial Regex Entropy();

    [GeneratedRegex(@"lavfi\.signalstats\.YHIGH=([0-9.]+)")]
    private static partial Regex High();

    [GeneratedRegex(@"lavfi\.signalstats\.YLOW=([0-9.]+)")]
    private static partial Regex Low();
}
