using System.Text;
using EventTorrent.Media.Hls;

namespace EventTorrent.Media.Tests.Hls;

/// <summary>What ffprobe writes of a hostile file is as hostile as the file.</summary>
public sealed class Reading_probes
{
    [Fact]
    public void A_stream_is_read_with_all_that_a_plan_needs()
    {
        var facts = Parse("""
            {"programs": [{"streams": [{"index": 9}]}], "streams": [
              {"index": 1, "codec_name": "h264", "profile": "High", "codec_type": "video", "width": 720, "height": 576, "sample_aspect_ratio": "64:45",
               "pix_fmt": "yuv420p", "level": 30, "field_order": "tt", "avg_frame_rate": "25/1", "color_transfer": "bt709",
               "disposition": {"default": 1, "forced": 0, "attached_pic": 0}, "tags": {"LANGUAGE": "ger", "BPS": "740450"},
               "side_data_list": [{"side_data_type": "Display Matrix", "rotation": -90}]}],
             "format": {"start_time": "-0.021333", "duration": "12.5"}}
            """);

        var stream = Assert.Single(facts!.Streams);
        Assert.Equal((TimeSpan.FromSeconds(12.5), -21_333), (facts.Duration, facts.StartMicroseconds));
        Assert.Equal((1, StreamKind.Video, "h264", "High", 30), (stream.Index, stream.Kind, stream.Codec, stream.Profile, stream.Level));
        Assert.Equal((720, 576, 64 / 45.0, true, 270), (stream.Width, stream.Height, stream.PixelAspect, stream.IsInterlaced, stream.Rotation));
        Assert.Equal((25.0, 740_450L, "ger", true), (stream.FramesPerSecond, stream.BitsPerSecond, stream.Language, stream.IsDefault));
    }

    [Theory]
    [InlineData("\"duration\": \"1e300\"")]
    [InlineData("\"duration\": \"-5\"")]
    [InlineData("\"duration\": \"NaN\"")]
    [InlineData("\"duration\": \"9223372036854775807\"")]
    [InlineData("\"duration\": [1]")]
    [InlineData("\"start_time\": \"1e18\"")]
    public void Times_beyond_belief_are_unknown(string format)
    {
        var facts = Parse("{\"streams\": [], \"format\": {" + format + "}}");

        Assert.Equal((TimeSpan.Zero, 0L), (facts!.Duration, facts.StartMicroseconds));
    }

    [Fact]
    public void Numbers_beyond_belief_are_unknown()
    {
        var facts = Parse("""
            {"streams": [{"index": 0, "codec_type": "video", "codec_name": "h264", "width": 2147483647, "height": -1, "sample_aspect_ratio": "1:0",
              "avg_frame_rate": "90000/1", "r_frame_rate": "0/0", "level": -99, "bit_rate": "1e99", "channels": 100000, "sample_rate": "x",
              "side_data_list": [{"rotation": -9223372036854775808}, 7], "tags": 3, "disposition": []}, {"index": -1}, {"index": 1e30}, 5]}
            """);

        var stream = Assert.Single(facts!.Streams);
        Assert.Equal((0, 0, 1.0, 0, 0, 0, 0), (stream.Width, stream.Height, stream.PixelAspect, stream.Level, stream.Channels, stream.SampleRate, stream.Rotation));
        Assert.Equal((null, null), (stream.FramesPerSecond, stream.BitsPerSecond));
    }

    [Fact]
    public void Of_the_streams_people_are_told_what_can_be_seen_heard_or_read()
    {
        var facts = Parse("""
            {"streams": [
              {"index": 0, "codec_type": "video", "codec_name": "hevc", "width": 3840, "height": 2160, "pix_fmt": "yuv420p10le", "color_transfer": "smpte2084",
               "avg_frame_rate": "24000/1001", "tags": {"BPS": "18000000"}},
              {"index": 1, "codec_type": "audio", "codec_name": "eac3", "channels": 6, "sample_rate": "48000", "bit_rate": "640000", "tags": {"language": "ger"}},
              {"index": 2, "codec_type": "subtitle", "codec_name": "subrip", "tags": {"language": "\u202e no language at all"}},
              {"index": 3, "codec_type": "video", "codec_name": "mjpeg", "disposition": {"attached_pic": 1}},
              {"index": 4, "codec_type": "attachment", "codec_name": "ttf"},
              {"index": 5, "codec_type": "video", "codec_name": "unknown", "pix_fmt": "gray", "color_transfer": "arib-std-b67"}]}
            """);

        Assert.Equal(
            [
                new StreamFacts("video", "hevc", 3840, 2160, 24000.0 / 1001, 10, "pq", null, null, 18_000_000, null),
                new StreamFacts("audio", "eac3", null, null, null, null, null, 6, 48_000, 640_000, "de"),
                new StreamFacts("subtitle", "subrip", null, null, null, null, null, null, null, null, null),
                new StreamFacts("video", null, null, null, null, 8, "hlg", null, null, null, null),
            ],
            StreamFacts.Of(facts!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"streams\": [")]
    public void What_is_no_answer_is_none(string json) => Assert.Null(Parse(json));

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"streams\": 3, \"format\": 4}")]
    public void What_names_no_stream_has_none(string json) => Assert.Empty(Parse(json)!.Streams);

    [Fact]
    public void Packets_tell_of_keyframes_and_missing_times()
    {
        Assert.Equal(new FrameSample(5, true, TimeSpan.FromSeconds(7)), MediaProbe.ReadSample("1.0,K_\n3.0,__\n2.0,__,side\n8.0,K_\n9.5,__\n"));
        Assert.Equal(new FrameSample(3, false, TimeSpan.FromSeconds(4)), MediaProbe.ReadSample("0.0,K_\nN/A,__\n4.0,__\n"));
        Assert.Equal(new FrameSample(0, true, TimeSpan.Zero), MediaProbe.ReadSample("\n\n"));
    }

    private static SourceFacts? Parse(string json) => ProbeReader.TryParse(Encoding.UTF8.GetBytes(json), "mp4", "mov", 1000);
}
