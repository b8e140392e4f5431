using EventTorrent.Media.Hls;

namespace EventTorrent.Media.Tests.Hls;

/// <summary>What is copied, what is encoded and what is left out, decided on what ffprobe may say of a file.</summary>
public sealed class Planning_streams
{
    private static readonly HashSet<string> Decodable = ["h264", "hevc", "av1", "mpeg4", "aac", "ac3", "subrip", "ass", "webvtt", "mov_text"];
    private static readonly FrameSample Regular = new(500, HasTimes: true, TimeSpan.FromSeconds(5));

    private static readonly SourceStream Video = new()
    {
        Index = 0, Kind = StreamKind.Video, Codec = "h264", Profile = "High", Level = 40, Width = 1280, Height = 720, PixelFormat = "yuv420p",
        FramesPerSecond = 25, BitsPerSecond = 4_000_000,
    };

    private static readonly SourceStream Audio = new()
    {
        Index = 1, Kind = StreamKind.Audio, Codec = "aac", Profile = "LC", Channels = 2, SampleRate = 48_000, Language = "ger",
    };

    private static SourceFacts Facts(params SourceStream[] streams) =>
        new("mp4", "mov", 1_000_000_000, TimeSpan.FromMinutes(30), 0, streams);

    [Fact]
    public void What_browsers_play_is_copied()
    {
        var plan = Plan(Facts(Video, Audio));

        Assert.Equal([new VideoRendition("v0", EncodeReason.None, 1280, 720, 25, 0)], plan.Video);
        Assert.Equal([new AudioRendition("a0", 1, EncodeReason.None, 2, 48_000, 2, "de", "German", IsDefault: true)], plan.Audio);
        Assert.Equal((0, 1), (plan.ChunkCount, plan.ItemCount));
    }

    [Fact]
    public void What_browsers_do_not_play_is_encoded_with_its_reason()
    {
        Assert.Equal(EncodeReason.Codec, Reason(Video with { Codec = "hevc" }));
        Assert.Equal(EncodeReason.Profile, Reason(Video with { PixelFormat = "yuv420p10le", Profile = "High 10" }));
        Assert.Equal(EncodeReason.Profile, Reason(Video with { PixelFormat = "yuv444p" }));
        Assert.Equal(EncodeReason.Profile, Reason(Video with { Level = 62 }));
        Assert.Equal(EncodeReason.Interlaced, Reason(Video with { IsInterlaced = true }));
        Assert.Equal(EncodeReason.Rotated, Reason(Video with { Rotation = 90 }));
        Assert.Equal(EncodeReason.HighDynamicRange, Reason(Video with { Transfer = "smpte2084" }));
        Assert.Equal(EncodeReason.LongGops, Reason(Video, Regular with { LongestGop = TimeSpan.FromSeconds(60) }));
        Assert.Equal(EncodeReason.NoTimestamps, Reason(Video, Regular with { HasTimes = false }));
    }

    [Fact]
    public void Hevc_and_av1_are_kept_where_that_is_asked_for_in_fragmented_mp4()
    {
        var hevc = Video with { Codec = "hevc", Profile = "Main 10", PixelFormat = "yuv420p10le", Transfer = "smpte2084", Level = 150 };
        var keep = new HlsOptions { KeepHevcAndAv1 = true };

        var plan = Plan(Facts(hevc, Audio), keep);

        Assert.Equal((EncodeReason.None, "hevc", SegmentFormat.FragmentedMp4, 0), (plan.Video[0].Reason, plan.CopiedCodec, plan.Segments, plan.ChunkCount));
        Assert.Equal("av1", Plan(Facts(Video with { Codec = "av1", Profile = "Main" }), keep).CopiedCodec);
        Assert.Equal(SegmentFormat.MpegTs, Plan(Facts(Video), keep).Segments);
        Assert.Equal(SegmentFormat.FragmentedMp4, Plan(Facts(Video), new HlsOptions { Segments = SegmentFormat.FragmentedMp4 }).Segments);
    }

    [Fact]
    public void What_browsers_do_not_play_of_hevc_and_av1_is_encoded_all_the_same()
    {
        var keep = new HlsOptions { KeepHevcAndAv1 = true };
        var hevc = Video with { Codec = "hevc", Profile = "Main" };

        Assert.Equal(EncodeReason.Codec, Plan(Facts(hevc with { Profile = "Rext", PixelFormat = "yuv444p" }), keep).Video[0].Reason);
        Assert.Equal(EncodeReason.Rotated, Plan(Facts(hevc with { Rotation = 90 }), keep).Video[0].Reason);
        Assert.Equal(EncodeReason.LongGops, Plan(Facts(hevc), keep, Regular with { LongestGop = TimeSpan.FromSeconds(60) }).Video[0].Reason);
        Assert.Equal(EncodeReason.Codec, Plan(Facts(Video with { Codec = "mpeg4", Profile = "Main" }), keep).Video[0].Reason);
    }

    [Fact]
    public void What_is_encoded_is_cut_into_equal_chunks_of_about_the_wanted_length()
    {
        var plan = Plan(Facts(Video with { Codec = "hevc" }) with { Duration = TimeSpan.FromMinutes(13), StartMicroseconds = 80_000 });

        Assert.Equal([260_080_000, 520_080_000], plan.CutsMicroseconds);
        Assert.Equal((3, 4), (plan.ChunkCount, plan.ItemCount));
    }

    [Theory]
    [InlineData("mpeg-ts")]
    [InlineData("avi")]
    public void What_ffmpeg_can_not_seek_in_is_one_chunk(string container) =>
        Assert.Equal(1, Plan(Facts(Video with { Codec = "hevc" }) with { Container = container }).ChunkCount);

    [Fact]
    public void A_rotated_anamorphic_picture_has_the_size_in_which_it_is_seen()
    {
        var main = Plan(Facts(Video with { Codec = "hevc", Width = 1440, Height = 1080, PixelAspect = 4 / 3.0, Rotation = 270 })).Video[0];

        Assert.Equal((1080, 1920), (main.Width, main.Height));
    }

    [Fact]
    public void A_picture_above_the_limit_is_made_smaller()
    {
        var main = Plan(Facts(Video with { Codec = "hevc", Width = 3840, Height = 1600 })).Video[0];

        Assert.Equal((1920, 800), (main.Width, main.Height));
    }

    [Fact]
    public void A_large_bit_rate_gets_a_lower_rendition_even_when_it_is_copied()
    {
        var plan = Plan(Facts(Video with { Width = 1920, Height = 1080, BitsPerSecond = 8_000_000 }, Audio));

        Assert.True(plan.Video[0].IsCopied);
        Assert.Equal(new VideoRendition("v1", EncodeReason.LowerRendition, 1280, 720, 25, 2_200_000), plan.Video[1]);
        Assert.Single(Plan(Facts(Video, Audio)).Video);
        Assert.Single(Plan(Facts(Video with { BitsPerSecond = 8_000_000 }), new HlsOptions { LowerRendition = LowerRendition.Never }).Video);
        Assert.Equal(480, Plan(Facts(Video), new HlsOptions { LowerRendition = LowerRendition.Always }).Video[1].Height);
        Assert.Single(Plan(Facts(Video with { Height = 480 }), new HlsOptions { LowerRendition = LowerRendition.Always }).Video);
    }

    [Fact]
    public void Every_audio_track_is_a_rendition_with_a_name_of_its_own()
    {
        var plan = Plan(Facts(
            Video,
            Audio with { Title = "Director \"X\"" },
            Audio with { Index = 2, IsDefault = true, Channels = 6 },
            Audio with { Index = 3, Codec = "ac3", Profile = "", SampleRate = 96_000, Language = "und" },
            Audio with { Index = 4, Codec = "mpegh_3d_audio" },
            Audio with { Index = 5, Tag = "enca" }));

        Assert.Equal(["Director X", "German", "Audio 3"], plan.Audio.Select(track => track.Title));
        Assert.Equal([EncodeReason.None, EncodeReason.Channels, EncodeReason.Codec], plan.Audio.Select(track => track.Reason));
        Assert.Equal([false, true, false], plan.Audio.Select(track => track.IsDefault));
        Assert.Equal((48_000, 2, null), (plan.Audio[2].SampleRate, plan.Audio[2].Profile, plan.Audio[2].Language));
        Assert.Equal([4, 5], plan.Skipped.Select(stream => stream.Stream));
    }

    [Fact]
    public void Text_subtitles_are_kept_and_pictures_are_named_as_skipped()
    {
        var text = new SourceStream { Index = 2, Kind = StreamKind.Subtitle, Codec = "ass", Language = "en-US", IsForced = true };
        var side = new SideSubtitle("7.srt", "fr", "French SDH", IsForced: false);

        var plan = Plan(Facts(Video, text, text with { Index = 3, Codec = "hdmv_pgs_subtitle" }), sides: [side]);

        Assert.Equal(
            [new SubtitleRendition("s0", 2, null, "en", "English", false, true), new SubtitleRendition("s1", null, "7.srt", "fr", "French SDH", false, false)],
            plan.Subtitles);
        Assert.Equal("hdmv_pgs_subtitle", Assert.Single(plan.Skipped).Codec);
    }

    [Fact]
    public void What_has_nothing_to_show_is_refused_by_name()
    {
        Assert.Equal(MediaErrorKind.IndexNotFound, Refusal(Facts(Audio)));
        Assert.Equal(MediaErrorKind.IndexNotFound, Refusal(Facts(Video with { IsPicture = true }, Audio)));
        Assert.Equal(MediaErrorKind.DecodeFailed, Refusal(Facts(Video with { Codec = "vvc" })));
        Assert.Equal(MediaErrorKind.DecodeFailed, Refusal(Facts(Video with { Width = 0 })));
        Assert.Equal(MediaErrorKind.Encrypted, Refusal(Facts(Video with { Tag = "encv" })));
        Assert.Equal(MediaErrorKind.DecodeFailed, Assert.Throws<MediaException>(() => Plan(Facts(Video), sample: Regular with { Frames = 0 })).Kind);
    }

    [Fact]
    public void A_second_video_is_taken_when_the_first_is_of_no_use() =>
        Assert.Equal(3, Plan(Facts(Video with { Codec = "vvc", IsDefault = true }, Video with { Index = 3 })).VideoStream);

    [Fact]
    public void A_plan_survives_being_kept()
    {
        var plan = Plan(Facts(Video with { Codec = "hevc" }, Audio), sides: [new("7.srt", null, "", false)]);

        var kept = HlsPlanFormat.TryRead(HlsPlanFormat.Write(plan));

        Assert.Equal(HlsPlanFormat.Write(plan), HlsPlanFormat.Write(kept!));
        Assert.Null(HlsPlanFormat.TryRead("{}"u8));
        Assert.Null(HlsPlanFormat.TryRead("[1"u8));
    }

    private static EncodeReason Reason(SourceStream video, FrameSample? sample = null) => Plan(Facts(video), sample: sample).Video[0].Reason;

    private static MediaErrorKind Refusal(SourceFacts facts) => Assert.Throws<MediaException>(() => HlsPlanner.ChooseVideo(facts, Decodable)).Kind;

    private static HlsPlan Plan(SourceFacts facts, HlsOptions? options = null, FrameSample? sample = null, IReadOnlyList<SideSubtitle>? sides = null) =>
        HlsPlanner.Plan(facts, HlsPlanner.ChooseVideo(facts, Decodable), sample ?? Regular, Decodable, sides ?? [], options ?? new());
}
