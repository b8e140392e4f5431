using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EventTorrent.Media.Decoding;

/// <summary>Turns a mini file into a JPEG by ffmpeg.</summary>
internal sealed partial class PictureDecoder(MediaOptions options)
{
    private const int MaxOutputBytes = 32 * 1024 * 1024;

    /// <summary>
    /// Tried in this order until the picture fits into <see cref="Screenshot.MaxBytes"/>: JPEG quality (2 is best, 31
    /// worst) and the longer side in pixels. Pictures above full HD hardly ever fit, so they are never tried.
    /// </summary>
    private static readonly (int Quality, int MaxSide)[] Sizes = [(3, 1920), (8, 1920), (12, 1280)];

    private readonly Ffmpeg _ffmpeg = new(options);
    private Task<bool>? _toneMapping;

    /// <param name="miniFile">A file with one keyframe, as parts.</param>
    /// <param name="toneMap">
    /// The video is known to have a high dynamic range. Only decoding tells for certain; a wrong guess costs a second try.
    /// </param>
    /// <returns>Null when it does not decode.</returns>
    /// <exception cref="MediaException">
    /// <see cref="MediaErrorKind.ToolMissing"/>; <see cref="MediaErrorKind.LimitExceeded"/> when it takes too long.
    /// </exception>
    public async Task<Picture?> DecodeAsync(
        string demuxer, IReadOnlyList<ReadOnlyMemory<byte>> miniFile, bool toneMap, CancellationToken cancellationToken)
    {
        foreach (var (quality, maxSide) in Sizes)
        {
            var result = await RunAsync(demuxer, miniFile, Filters(toneMap, maxSide), quality, cancellationToken);
            var hasOtherRange = toneMap ? result is not { ExitCode: 0, Output.IsEmpty: false } : HighDynamicRange().IsMatch(result.Errors);
            if (hasOtherRange && !result.TimedOut && await HasToneMappingAsync(cancellationToken))
            {
                var other = await RunAsync(demuxer, miniFile, Filters(!toneMap, maxSide), quality, cancellationToken);
                // A picture with false colours is better than none.
                if (other is { ExitCode: 0, Output.IsEmpty: false })
                    (result, toneMap) = (other, !toneMap);
            }

            if (result.TimedOut)
                throw new MediaException(MediaErrorKind.LimitExceeded, $"Decoding took longer than {options.DecodeTimeout}.");
            if (result.ExitCode != 0 || !JpegHeader.TryReadSize(result.Output.Span, out var width, out var height))
                return null;
            if (result.Output.Length <= Screenshot.MaxBytes)
                return new(width, height, result.Output, toneMap, HasErrors().IsMatch(result.Errors), Number(Entropy(), result.Errors), Contrast(result.Errors));
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
        var result = await _ffmpeg.RunAsync(arguments, miniFile, MaxOutputBytes, cancellationToken);
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
        return _ffmpeg.RunAsync(arguments, miniFile, MaxOutputBytes, cancellationToken);
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

    /// <summary>One branch measures, the other makes square pixels. Rotation is applied by ffmpeg before both.</summary>
    private static string Filters(bool toneMap, int maxSide)
    {
        const string Measure = "scale=320:180,format=yuv420p,signalstats,entropy,metadata=print,nullsink";
        const string ToneMap =
            "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=full,";
        // An aspect ratio beyond 4 is nonsense that would only cost memory.
        const string Width = "iw*clip(sar,0.25,4)";
        var shrink = string.Create(CultureInfo.InvariantCulture, $"min(1,{maxSide}/max({Width},ih))");
        return $"showinfo=checksum=0,split[picture][sample];[sample]{Measure};"
            + $"[picture]scale=w='max(2,2*trunc({Width}*{shrink}/2))':h='max(1,trunc(ih*{shrink}))',setsar=1,"
            + $"{(toneMap ? ToneMap : "")}format=yuvj420p";
    }

    private Task<bool> HasToneMappingAsync(CancellationToken cancellationToken)
    {
        // Two shots may probe at once; both learn the same.
        if (_toneMapping is null or { IsFaulted: true } or { IsCanceled: true })
            _toneMapping = ProbeToneMappingAsync();
        return _toneMapping.WaitAsync(cancellationToken);
    }

    /// <summary>Under no caller's token: what one job gives up, another waits for.</summary>
    private async Task<bool> ProbeToneMappingAsync()
    {
        var result = await _ffmpeg.RunAsync(["-hide_banner", "-v", "error", "-filters"], [], MaxOutputBytes, CancellationToken.None);
        var filters = Encoding.ASCII.GetString(result.Output.Span);
        return filters.Contains(" zscale ", StringComparison.Ordinal) && filters.Contains(" tonemap ", StringComparison.Ordinal);
    }

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

    [GeneratedRegex(@"lavfi\.entropy\.normalized_entropy\.normal\.Y=([0-9.]+)")]
    private static partial Regex Entropy();

    [GeneratedRegex(@"lavfi\.signalstats\.YHIGH=([0-9.]+)")]
    private static partial Regex High();

    [GeneratedRegex(@"lavfi\.signalstats\.YLOW=([0-9.]+)")]
    private static partial Regex Low();
}
