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
    public async Task<Picture?> DecodeAsync(
        string demuxer, IReadOnlyList<ReadOnlyMemory<byte>> miniFile, PictureTreatment guess, CancellationToken cancellationToken)
    {
        var treatment = guess;
        foreach (var (quality, maxSide) in Sizes)
        {
            FfmpegResult result;
            (result, treatment) = await TreatAsync(
                tried => RunAsync(demuxer, miniFile, PictureFilters.Create(tried, maxSide), quality, cancellationToken), treatment, cancellationToken);
            if (result.TimedOut)
                throw new MediaException(MediaErrorKind.LimitExceeded, $"Decoding took longer than {options.DecodeTimeout}.");
            if (result.ExitCode != 0 || !JpegHeader.TryReadSize(result.Output.Span, out var width, out var height))
                return null;
            if (result.Output.Length <= Screenshot.MaxBytes)
                return new(width, height, result.Output, treatment, HasErrors().IsMatch(result.Errors), Number(Entropy(), result.Errors), Contrast(result.Errors));
        }

        return null;
    }

    /// <summary>MD5 of the first decoded picture as it is in memory, before rotation, scaling or conversion; null when nothing decodes.</summary>
    public async Task<string?> HashFrameAsync(
        string demuxer, IReadOnlyList<ReadOnlyMemory<byte>> miniFile, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            .. InputArguments(demuxer), "-noautorotate", "-i", "pipe:0", "-map", "0:v:0", "-frames:v", "1", "-f", "md5", "pipe:1",
        ];
        var result = await ffmpeg.RunAsync(arguments, miniFile, MaxOutputBytes, cancellationToken);
        return result.ExitCode == 0 ? Encoding.ASCII.GetString(result.Output.Span).Trim().Replace("MD5=", "", StringComparison.Ordinal) : null;
    }

    private Task<FfmpegResult> RunAsync(
        string demuxer, IReadOnlyList<ReadOnlyMemory<byte>> miniFile, string filters, int quality, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            .. InputArguments(demuxer), "-i", "pipe:0", "-map", "0:v:0", "-frames:v", "1", "-vf", filters,
            "-q:v", quality.ToString(CultureInfo.InvariantCulture), "-f", "image2pipe", "-c:v", "mjpeg", "pipe:1",
        ];
        return ffmpeg.RunAsync(arguments, miniFile, MaxOutputBytes, cancellationToken);
    }

    /// <summary>
    /// Our own sniff names the demuxer and only pipes are opened, so no playlist or reference leads anywhere. The filters
    /// report at the level of information.
    /// </summary>
    private string[] InputArguments(string demuxer) =>
    [
        "-hide_banner", "-nostats", "-v", "level+info", "-threads", "1", "-max_alloc", "268435456", "-protocol_whitelist", "pipe",
        "-f", demuxer, "-max_pixels", options.MaxPicturePixels.ToString(CultureInfo.InvariantCulture), "-max_streams", "64",
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

    [GeneratedRegex(@"lavfi\.entropy\.normalized_entropy\.normal\.Y=([0-9.]+)")]
    private static partial Regex Entropy();

    [GeneratedRegex(@"lavfi\.signalstats\.YHIGH=([0-9.]+)")]
    private static partial Regex High();

    [GeneratedRegex(@"lavfi\.signalstats\.YLOW=([0-9.]+)")]
    private static partial Regex Low();
}
