namespace EventTorrent.Media.Hls;

/// <summary>Decides for each stream of a file whether it is copied, encoded or left out. Reads nothing, so it is quick to test.</summary>
internal static class HlsPlanner
{
    private const int MaxAudio = 16;
    private const int MaxSubtitles = 32;
    private const int LowerRows = 480;

    /// <summary>Browsers decode up to level 5.2 (ITU-T H.264 Table A-1).</summary>
    private const int MaxLevel = 52;

    /// <summary>Segments of copied video are as long as its GOPs; beyond this, seeking is a nuisance.</summary>
    private static readonly TimeSpan MaxGop = TimeSpan.FromSeconds(20);

    private static readonly string[] CopiedProfiles = ["Constrained Baseline", "Baseline", "Main", "High", "Constrained High", "Progressive High"];

    /// <summary>
    /// Containers whose timestamps run on and whose index leads ffmpeg to a keyframe at or before any time: what chunks need.
    /// </summary>
    private static readonly string[] Trusted = [Containers.ContainerSniffer.Mp4, Containers.ContainerSniffer.Matroska];

    /// <exception cref="MediaException">There is nothing to show, with its name.</exception>
    public static SourceStream ChooseVideo(SourceFacts facts, IReadOnlySet<string> decodable)
    {
        var videos = facts.Streams.Where(stream => stream is { Kind: StreamKind.Video, IsPicture: false }).OrderByDescending(stream => stream.IsDefault).ToList();
        if (videos.Count == 0)
            throw new MediaException(MediaErrorKind.IndexNotFound, "The file has no video track.");

        var video = videos.FirstOrDefault(stream => IsUsable(stream, decodable)) ?? videos[0];
        if (IsEncrypted(video))
            throw new MediaException(MediaErrorKind.Encrypted, "The video track is encrypted.");
        if (!decodable.Contains(video.Codec))
            throw new MediaException(MediaErrorKind.DecodeFailed, $"ffmpeg has no decoder for {Name(video)} video.");
        if (video.Width == 0 || video.Height == 0)
            throw new MediaException(MediaErrorKind.DecodeFailed, $"No picture of the {Name(video)} video can be decoded.");
        return video;
    }

    /// <param name="mayCopy">False when a copy of the video has failed.</param>
    /// <exception cref="MediaException">There is nothing to show, with its name.</exception>
    public static HlsPlan Plan(
        SourceFacts facts, SourceStream video, FrameSample sample, IReadOnlySet<string> decodable, IReadOnlyList<SideSubtitle> sides, HlsOptions options,
        bool mayCopy = true)
    {
        if (sample.Frames == 0)
            throw new MediaException(MediaErrorKind.DecodeFailed, "The video track is empty.");

        var skipped = new List<SkippedStream>();
        var trusts = Trusted.Contains(facts.Container);
        var reason = ReasonToEncode(video, sample, options);
        reason = reason == EncodeReason.None && !mayCopy ? EncodeReason.CopyFailed : reason;
        var renditions = PlanVideo(facts, video, reason, options);
        return new()
        {
            Demuxer = facts.Demuxer,
            LengthBytes = facts.LengthBytes,
            Duration = facts.Duration,
            StartMicroseconds = facts.StartMicroseconds,
            TrustsTimestamps = trusts,
            VideoStream = video.Index,
            CopiedCodec = reason == EncodeReason.None ? video.Codec : null,
            Segments = reason == EncodeReason.None && video.Codec != "h264" ? SegmentFormat.FragmentedMp4 : options.Segments,
            Deinterlace = video.IsInterlaced,
            HighDynamicRange = IsHighDynamicRange(video) ? video.Transfer : null,
            Video = renditions,
            Audio = PlanAudio(facts, decodable, options, skipped),
            Subtitles = PlanSubtitles(facts, decodable, sides, skipped),
            Skipped = skipped,
            CutsMicroseconds = trusts ? Cut(facts, options.Chunk) : [],
            Streams = StreamFacts.Of(facts),
            ThumbnailHeight = options.Thumbnails ? ThumbnailHeight(video) : 0,
        };
    }

    private static EncodeReason ReasonToEncode(SourceStream video, FrameSample sample, HlsOptions options) =>
        IsKept(video, options) ? ReasonNotToCopy(video, sample)
        : IsHighDynamicRange(video) ? EncodeReason.HighDynamicRange
        : video.Codec != "h264" ? EncodeReason.Codec
        : video.PixelFormat is not ("yuv420p" or "yuvj420p") || !CopiedProfiles.Contains(video.Profile) || video.Level > MaxLevel ? EncodeReason.Profile
        : ReasonNotToCopy(video, sample);

    /// <summary>What hardware decoders and browsers know of them: the profiles called Main (Rec. ITU-T H.265 A.3; AV1 A.2) and Main 10.</summary>
    private static bool IsKept(SourceStream video, HlsOptions options) =>
        options.KeepHevcAndAv1 && (video.Codec, video.Profile) is ("hevc", "Main" or "Main 10") or ("av1", "Main")
        && video.PixelFormat is "yuv420p" or "yuvj420p" or "yuv420p10le";

    /// <summary>What is wrong with any codec.</summary>
    private static EncodeReason ReasonNotToCopy(SourceStream video, FrameSample sample) =>
        video.IsInterlaced ? EncodeReason.Interlaced
        : video.Rotation != 0 ? EncodeReason.Rotated
        : !sample.HasTimes ? EncodeReason.NoTimestamps
        : sample.LongestGop > MaxGop ? EncodeReason.LongGops
        : EncodeReason.None;

    private static List<VideoRendition> PlanVideo(SourceFacts facts, SourceStream video, EncodeReason reason, HlsOptions options)
    {
        var main = reason == EncodeReason.None
            ? new VideoRendition("v0", reason, video.Width, video.Height, video.FramesPerSecond, 0)
            : Encoded("v0", reason, video, options.MaxHeight);
        if (!HasLower(facts, video, options))
            return [main];

        var lower = Encoded("v1", EncodeReason.LowerRendition, video, Math.Min(options.MaxHeight, Math.Min(video.Width, video.Height) > 720 ? 720 : LowerRows));
        return [main, lower];
    }

    private static bool HasLower(SourceFacts facts, SourceStream video, HlsOptions options) =>
        options.LowerRendition != LowerRendition.Never
        && (BitsPerSecond(facts, video) > options.LowerAboveBitsPerSecond
            || (options.LowerRendition == LowerRendition.Always && Math.Min(video.Width, video.Height) > LowerRows));

    private static VideoRendition Encoded(string name, EncodeReason reason, SourceStream video, int maxHeight)
    {
        var (width, height) = Fit(video, maxHeight);
        var rows = Math.Min(width, height);
        // The lower rendition stays below 3 Mbit/s in every segment, its audio and the transport stream included.
        var bits = reason == EncodeReason.LowerRendition ? (rows > 480 ? 2_200_000 : 1_200_000)
            : rows <= 480 ? 3_000_000
            : rows <= 720 ? 5_000_000
            : rows <= 1080 ? 8_000_000
            : 20_000_000;
        return new(name, reason, width, height, video.FramesPerSecond, bits);
    }

    /// <summary>The size in which a person sees it, in square pixels, inside a box of 16:9 that lies or stands as the picture does.</summary>
    private static (int Width, int Height) Fit(SourceStream video, int maxHeight)
    {
        const int Least = 16;
        double width = video.Width * video.PixelAspect, height = video.Height;
        if (video.Rotation % 180 != 0)
            (width, height) = (height, width);
        var scale = Math.Min(1, Math.Min(maxHeight / Math.Min(width, height), maxHeight * 16 / 9.0 / Math.Max(width, height)));
        return (Even(width * scale), Even(height * scale));

        static int Even(double side) => Math.Max(Least, 2 * (int)Math.Round(side / 2));
    }

    private static int ThumbnailHeight(SourceStream video)
    {
        var (width, height) = Fit(video, 720);
        return Math.Clamp(2 * (int)Math.Round((double)Thumbnails.Width * height / width / 2), 16, 2 * Thumbnails.Width);
    }

    private static List<AudioRendition> PlanAudio(
        SourceFacts facts, IReadOnlySet<string> decodable, HlsOptions options, List<SkippedStream> skipped)
    {
        var tracks = new List<SourceStream>();
        foreach (var stream in facts.Streams.Where(stream => stream.Kind == StreamKind.Audio))
        {
            if (WhyNotHeard(stream, decodable, tracks.Count) is { } why)
                skipped.Add(new(stream.Index, stream.Codec, why));
            else
                tracks.Add(stream);
        }

        var usual = tracks.FirstOrDefault(track => track.IsDefault) ?? tracks.FirstOrDefault();
        var titles = new Titles("Audio");
        return [.. tracks.Select((track, number) => Audio(track, number, titles, track == usual))];
    }

    private static string? WhyNotHeard(SourceStream stream, IReadOnlySet<string> decodable, int taken) =>
        IsEncrypted(stream) ? "It is encrypted."
        : !decodable.Contains(stream.Codec) ? $"ffmpeg has no decoder for {Name(stream)} audio."
        : stream.Channels == 0 || stream.SampleRate == 0 ? "Nothing of it can be decoded."
        : taken == MaxAudio ? $"There are more than {MaxAudio} audio tracks."
        : null;

    private static AudioRendition Audio(SourceStream track, int number, Titles titles, bool isDefault)
    {
        const int LowComplexity = 2;
        const int MaxEncodedRate = 48_000;
        var profile = track.Profile switch { "LC" => LowComplexity, "HE-AAC" => 5, "HE-AACv2" => 29, _ => 0 };
        var reason = track.Codec != "aac" ? EncodeReason.Codec
            : profile == 0 ? EncodeReason.Profile
            : track.Channels > 2 ? EncodeReason.Channels
            : EncodeReason.None;
        var language = LanguageTags.Normalize(track.Language);
        return new(
            $"a{number}", track.Index, reason, Math.Min(2, track.Channels),
            reason == EncodeReason.None ? track.SampleRate : Math.Clamp(track.SampleRate, 8000, MaxEncodedRate),
            reason == EncodeReason.None ? profile : LowComplexity,
            language, titles.Next(track.Title, language), isDefault);
    }

    private static List<SubtitleRendition> PlanSubtitles(
        SourceFacts facts, IReadOnlySet<string> decodable, IReadOnlyList<SideSubtitle> sides, List<SkippedStream> skipped)
    {
        var titles = new Titles("Subtitles");
        var subtitles = new List<SubtitleRendition>();
        foreach (var stream in facts.Streams.Where(stream => stream.Kind == StreamKind.Subtitle))
        {
            if (WhyNotRead(stream, decodable, subtitles.Count) is { } why)
            {
                skipped.Add(new(stream.Index, stream.Codec, why));
                continue;
            }

            var language = LanguageTags.Normalize(stream.Language);
            subtitles.Add(new(
                $"s{subtitles.Count}", stream.Index, null, language, titles.Next(stream.Title, language),
                stream.IsDefault && !subtitles.Exists(other => other.IsDefault), stream.IsForced));
        }

        foreach (var side in sides)
        {
            if (subtitles.Count == MaxSubtitles)
                skipped.Add(new(-1, side.File, $"There are more than {MaxSubtitles} subtitles."));
            else
                subtitles.Add(new($"s{subtitles.Count}", null, side.File, side.Language, titles.Next(side.Title, side.Language), false, side.IsForced));
        }

        return subtitles;
    }

    private static string? WhyNotRead(SourceStream stream, IReadOnlySet<string> decodable, int taken) => stream.Codec switch
    {
        "hdmv_pgs_subtitle" or "dvd_subtitle" or "dvb_subtitle" or "xsub" => "Its text is pictures, which WebVTT can't hold.",
        "subrip" or "srt" or "ass" or "ssa" or "webvtt" or "mov_text" or "text" when decodable.Contains(stream.Codec) =>
            taken == MaxSubtitles ? $"There are more than {MaxSubtitles} subtitles." : null,
        _ => $"{Name(stream)} subtitles are not supported.",
    };

    /// <summary>Parts of about the wanted length, each of whole keyframe intervals; a last one that would be short is part of its neighbour.</summary>
    private static long[] Cut(SourceFacts facts, TimeSpan chunk)
    {
        var count = Math.Max(1, (int)Math.Round(facts.Duration / chunk));
        return
        [
            .. Enumerable.Range(1, count - 1)
                .Select(i => (long)Math.Round(facts.Duration * i / count / HlsTime.Keyframes))
                .Where(intervals => intervals > 0)
                .Distinct()
                .Select(intervals => facts.StartMicroseconds + (long)(intervals * HlsTime.Keyframes).TotalMicroseconds),
        ];
    }

    private static double? BitsPerSecond(SourceFacts facts, SourceStream video) =>
        video.BitsPerSecond is { } known ? known
        : facts.Duration > TimeSpan.Zero ? facts.LengthBytes * 8 / facts.Duration.TotalSeconds
        : null;

    private static bool IsUsable(SourceStream video, IReadOnlySet<string> decodable) =>
        !IsEncrypted(video) && video is { Width: > 0, Height: > 0 } && decodable.Contains(video.Codec);

    /// <summary>ISO/IEC 14496-12 8.12; "drm" is Apple's.</summary>
    private static bool IsEncrypted(SourceStream stream) => stream.Tag is "encv" or "enca" or "drmi" or "drms";

    private static bool IsHighDynamicRange(SourceStream video) => video.Transfer is "smpte2084" or "arib-std-b67";

    private static string Name(SourceStream stream) =>
        stream.Codec.Length > 0 ? stream.Codec : string.Concat(stream.Tag.Where(char.IsAsciiLetterOrDigit)) is { Length: > 0 } tag ? $"'{tag}'" : "this kind of";
}
