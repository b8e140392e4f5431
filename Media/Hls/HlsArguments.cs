using System.Globalization;
using EventTorrent.Media.Decoding;

namespace EventTorrent.Media.Hls;

/// <summary>The command lines. Every output has the clock of <see cref="HlsTime"/>, whatever made it.</summary>
internal sealed class HlsArguments(HlsPlan plan, HlsOptions options, MediaOptions media, FilePaths paths, bool canToneMap)
{
    /// <summary>
    /// Chunks are read from before their start: the frames that are shown first may come after others in the file, and the
    /// first ones behind a keyframe may need those before it.
    /// </summary>
    private const double ReadAheadSeconds = 2;

    /// <summary>
    /// Encoded before a chunk and behind it, and thrown away: x264 chooses the quality of a keyframe by the frames before it, and that of the
    /// frames before a keyframe by those that follow. Without it the quality at a join differs by a decibel from that of one pass. The first
    /// is one interval of keyframes; the second is longer than x264 looks ahead.
    /// </summary>
    private const double RunInSeconds = 2;

    private const double RunOutSeconds = 1;

    /// <summary>
    /// One clock from the first fragment to the last, as transport streams have it: without this, each rendition begins at zero and says
    /// in an edit list, which players of fragments do not read, where that is. And no index in each segment: nobody reads it, and ffmpeg
    /// moves the first frame of a segment to where the index, written before it was known, says it is.
    /// </summary>
    private const string FragmentOptions = "movflags=+frag_discont+skip_sidx:use_editlist=0:avoid_negative_ts=disabled:video_track_timescale=90000";

    /// <summary>Keyframes are forced; x264 itself asks for none in 2 s of anything.</summary>
    private const int MaxKeyframeDistance = 600;

    /// <summary>Everything but the encoded video.</summary>
    /// <param name="extras">Subtitles and thumbnails too.</param>
    public IReadOnlyList<string> Main(bool extras) =>
    [
        .. Global(),
        // Only thumbnails need pictures here, and keyframes are enough for them.
        "-skip_frame:v", "nokey", .. Input(),
        .. plan.Video.Where(rendition => rendition.IsCopied)
            .SelectMany(rendition => Segments(rendition.Name, ["-map", Stream(plan.VideoStream), "-c:v", "copy", .. CopiedTag()])),
        .. plan.Audio.SelectMany(Audio),
        .. extras ? plan.Subtitles.Where(subtitle => subtitle.Stream is not null).SelectMany(Subtitle) : [],
        .. extras && plan.ThumbnailHeight > 0 ? Sheets() : [],
    ];

    /// <summary>Whether <see cref="Main"/> would have any output.</summary>
    public static bool HasMain(HlsPlan plan, bool extras) =>
        plan.Video.Any(rendition => rendition.IsCopied) || plan.Audio.Count > 0
        || (extras && (plan.ThumbnailHeight > 0 || plan.Subtitles.Any(subtitle => subtitle.Stream is not null)));

    /// <summary>All encoded renditions of one chunk, decoded once.</summary>
    public IReadOnlyList<string> Chunk(int chunk)
    {
        var encoded = plan.Video.Where(rendition => !rendition.IsCopied).ToList();
        return
        [
            .. Global(), .. Threads("-filter_complex_threads"), .. Threads("-threads"), .. Seek(chunk), .. Input(),
            "-filter_complex", Filters(chunk, encoded),
            .. encoded.SelectMany(rendition => Segments(
                SegmentName(rendition.Name, chunk),
                [.. Encoder(rendition), .. Keep(chunk)],
                isContinued: chunk > 0)),
        ];
    }

    public static string SegmentName(string rendition, int chunk) => string.Create(CultureInfo.InvariantCulture, $"{rendition}_{chunk:000}");

    private static string[] Global() => ["-hide_banner", "-nostdin", "-nostats", "-v", "error", "-y", "-progress", "pipe:1", "-stats_period", "0.5"];

    private IEnumerable<string> Input() =>
        [.. plan.TrustsTimestamps ? ["-copyts"] : Array.Empty<string>(), .. InputLimits.Arguments(media, plan.Demuxer), "-i", paths.Source];

    private IEnumerable<string> Seek(int chunk) => chunk == 0
        ? []
        : ["-seek_timestamp", "1", "-noaccurate_seek", "-ss", Seconds(plan.CutsMicroseconds[chunk - 1] / 1e6 - RunInSeconds - ReadAheadSeconds)];

    private IEnumerable<string> Threads(string option) => options.Threads > 0 ? [option, Number(options.Threads)] : [];

    /// <summary>
    /// Of what was encoded, the keyframe intervals of the chunk. Neighbours count them alike, so each frame is in one chunk and in one only,
    /// whatever the distances between them.
    /// </summary>
    private string[] Keep(int chunk)
    {
        List<string> others = [];
        if (chunk > 0)
            others.Add($"lt({Interval("pts*tb")}\\,{IntervalOfCut(chunk - 1)})");
        if (chunk < plan.CutsMicroseconds.Count)
            others.Add($"gte({Interval("pts*tb")}\\,{IntervalOfCut(chunk)})");
        return others.Count == 0 ? [] : ["-bsf:v", "noise=drop=" + string.Join('+', others)];
    }

    private string IntervalOfCut(int cut) =>
        Seconds(Math.Round((plan.CutsMicroseconds[cut] - plan.StartMicroseconds) / HlsTime.Keyframes.TotalMicroseconds));

    private string Filters(int chunk, List<VideoRendition> encoded)
    {
        List<string> filters = [];
        if (plan.Deinterlace)
            filters.Add("bwdif=mode=send_frame:deint=interlaced");
        // After what needs a frame's neighbours, before what takes time.
        var start = chunk > 0 ? $"start={Seconds(plan.CutsMicroseconds[chunk - 1] / 1e6 - RunInSeconds)}" : null;
        var end = chunk < plan.CutsMicroseconds.Count ? $"end={Seconds(plan.CutsMicroseconds[chunk] / 1e6 + RunOutSeconds)}" : null;
        if ((start ?? end) is not null)
            filters.Add("trim=" + string.Join(':', new[] { start, end }.OfType<string>()));
        // Two frames of one time, which damaged files have, are none that can be muxed.
        filters.Add("select='isnan(prev_selected_pts)+gt(pts,prev_selected_pts)'");
        filters.Add(Picture(encoded[0].Width, encoded[0].Height, "yuv420p"));
        var chain = $"[{Stream(plan.VideoStream)}]{string.Join(',', filters)}";
        return encoded.Count == 1
            ? $"{chain}[{encoded[0].Name}]"
            : $"{chain},split[{encoded[0].Name}][rest];[rest]scale={encoded[1].Width}:{encoded[1].Height}[{encoded[1].Name}]";
    }

    private string Picture(int width, int height, string format)
    {
        const string Screen = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709";
        var range = format == "yuv420p" ? "tv" : "pc";
        if (plan.HighDynamicRange is not { } transfer)
            return $"scale={width}:{height}:out_range={range},setsar=1,format={format}";

        return canToneMap
            ? $"scale={width}:{height},setsar=1,{PictureFilters.LinearToneMap}m=bt709:r={range},format={format},{Screen}"
            : $"scale={width}:{height}:in_color_matrix=bt2020,setsar=1,format=rgb48le,{PictureFilters.CurveOf(transfer == "smpte2084" ? DynamicRange.Perceptual : DynamicRange.HybridLog)}"
                + $",scale=out_color_matrix=bt709:out_range={range},format={format},{Screen}";
    }

    private string[] Encoder(VideoRendition rendition) =>
    [
        "-map", $"[{rendition.Name}]", "-c:v", "libx264", "-preset", options.Preset, "-crf", Number(options.Crf),
        "-maxrate", Number(rendition.MaxBitsPerSecond), "-bufsize", Number(rendition.MaxBitsPerSecond), "-profile:v", "high", "-pix_fmt", "yuv420p",
        .. Threads("-threads"), "-sc_threshold", "0", "-g", Number(MaxKeyframeDistance),
        "-force_key_frames", $"expr:isnan(prev_forced_t)+gt({Interval("t")},{Interval("prev_forced_t")})",
        "-fps_mode", "passthrough", "-enc_time_base", string.Create(CultureInfo.InvariantCulture, $"1:{HlsTime.ClockPerSecond}"),
    ];

    private string[] Audio(AudioRendition track) => Segments(track.Name,
    [
        "-map", Stream(track.Stream),
        .. track.IsCopied
            ? ["-c:a", "copy", .. plan.Segments == SegmentFormat.FragmentedMp4 ? ["-bsf:a", "aac_adtstoasc"] : Array.Empty<string>()]
            : new[]
            {
                "-c:a", "aac", "-b:a", Number(options.AudioBitsPerSecond * track.Channels / 2), "-ac", Number(track.Channels), "-ar", Number(track.SampleRate),
                // What is missing in the source is silence in the result: else all behind it comes too early.
                "-af", "aresample=async=1000",
            },
    ]);

    /// <summary>Only this tag says that the header has the parameter sets, which is what browsers and Apple's players want.</summary>
    private string[] CopiedTag() => plan.CopiedCodec == "hevc" ? ["-tag:v", "hvc1"] : [];

    /// <param name="isContinued">Its packets are counted from 0 although they follow others; a transport stream says that it is no loss.</param>
    private string[] Segments(string name, IEnumerable<string> stream, bool isContinued = false) =>
    [
        .. stream, "-map_metadata", "-1", "-map_chapters", "-1",
        "-output_ts_offset", Offset(HlsTime.Start.TotalSeconds), "-avoid_negative_ts", "disabled", "-muxdelay", "0", "-muxpreload", "0",
        "-f", "hls", "-hls_time", Seconds(options.Segment.TotalSeconds), "-hls_playlist_type", "vod", "-hls_list_size", "0",
        .. plan.Segments == SegmentFormat.FragmentedMp4
            ? ["-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", $"{name}_init.mp4", "-hls_segment_options", FragmentOptions, "-hls_segment_filename", $"{paths.Output}{name}_%05d.m4s"]
            : new[] { "-hls_segment_filename", $"{paths.Output}{name}_%05d.ts" },
        .. isContinued && plan.Segments == SegmentFormat.MpegTs ? ["-hls_segment_options", "mpegts_flags=+initial_discontinuity"] : Array.Empty<string>(),
        $"{paths.Output}{name}.m3u8",
    ];

    private string[] Subtitle(SubtitleRendition subtitle) =>
    [
        "-map", Stream(subtitle.Stream!.Value), "-c:s", "webvtt", "-map_metadata", "-1",
        "-output_ts_offset", Offset(0), "-f", "webvtt", $"{paths.Output}{subtitle.Name}.vtt",
    ];

    private string[] Sheets()
    {
        var filters = $"setpts=PTS-STARTPTS,fps=1/{Seconds(Thumbnails.Interval(plan.Duration).TotalSeconds)}:round=up"
            + $",{Picture(Thumbnails.Width, plan.ThumbnailHeight, "yuvj420p")},tile={Thumbnails.Columns}x{Thumbnails.Rows}";
        return
        [
            "-map", Stream(plan.VideoStream), "-vf", filters, "-fps_mode", "passthrough", "-q:v", "5", "-map_metadata", "-1",
            "-start_number", "0", "-f", "image2", paths.Output + Thumbnails.SheetPattern,
        ];
    }

    /// <summary>
    /// The number of the two seconds that a time lies in, counted from the start of the source: chunks have keyframes where
    /// one pass has them, and frames that are missing are not made up for. A millisecond is for rounding.
    /// </summary>
    private string Interval(string time) =>
        $"floor(({time}-{Seconds(plan.TrustsTimestamps ? plan.StartMicroseconds / 1e6 : 0)}+0.001)/{Seconds(HlsTime.Keyframes.TotalSeconds)})";

    /// <summary>ffmpeg itself takes the start of the source away, unless it takes timestamps as they are.</summary>
    private string Offset(double start) => Seconds(plan.TrustsTimestamps ? start - (plan.StartMicroseconds / 1e6) : start);

    private static string Stream(int index) => string.Create(CultureInfo.InvariantCulture, $"0:{index}");

    private static string Seconds(double seconds) => seconds.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
