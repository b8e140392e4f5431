using EventTorrent.Media.Hls;
using EventTorrent.Media.Tests.Support;
using EventTorrent.TestKit;

namespace EventTorrent.Media.Tests.Hls;

/// <summary>Whole streams, made of small videos and read again by others.</summary>
public sealed class Making_streams
{
    [Theory]
    [InlineData("B-frames, starting late", "film.mkv", "5", "null", SegmentFormat.MpegTs)]
    [InlineData("B-frames with an edit list", "film.mp4", "0", "null", SegmentFormat.MpegTs)]
    [InlineData("the same into fragments", "film.mp4", "0", "null", SegmentFormat.FragmentedMp4)]
    [InlineData("variable frame rate", "film.mkv", "0", "select='not(between(mod(n\\,11)\\,3\\,5))'", SegmentFormat.MpegTs)]
    [InlineData("the same into fragments, starting late", "film.mkv", "5", "select='not(between(mod(n\\,11)\\,3\\,5))'", SegmentFormat.FragmentedMp4)]
    public async Task A_copied_video_keeps_every_frame_and_every_time_of_picture_and_sound(string kind, string name, string start, string filter, SegmentFormat segments)
    {
        using var video = await Video.MakeAsync(
            name,
            ["-itsoffset", start, "-f", "lavfi", "-i", Video.Pattern(9, "320x180"), "-itsoffset", start + ".5", "-f", "lavfi", "-i", "sine=440:r=48000:d=8"],
            ["-vf", filter, "-fps_mode", "vfr"], Video.H264, ["-c:a", "aac", "-metadata:s:a:0", "language=ger", "-metadata:s:a:0", "handler_name=Ton", "-metadata:s:a:0", "title=Ton"]);

        using var stream = await MadeStream.MakeAsync(video.Path, new() { Segments = segments });

        Assert.True(stream.Plan.Video[0].IsCopied, kind);
        PlaylistCheck.Master(stream.Folder.Final);
        await stream.HasTimesOfAsync(video.Path, "v:0", "v0.m3u8");
        await stream.HasTimesOfAsync(video.Path, "a:0", "a0.m3u8");
        Assert.Equal(await MadeStream.CountFramesAsync(video.Path, "v:0"), await MadeStream.CountFramesAsync(stream["v0.m3u8"], "v:0"));
        Assert.Matches("NAME=\"(Ton|German)\",LANGUAGE=\"de\",DEFAULT=YES", stream.Master);
        var level = int.Parse(await MadeStream.AskAsync(video.Path, "v:0", "level"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Matches($"CODECS=\"avc1.6400{level:X2},mp4a.40.2\",RESOLUTION=320x180,FRAME-RATE=[0-9]+\\.[0-9]{{3}},AUDIO=\"audio\"", stream.Master);
    }

    [Fact]
    public async Task Every_track_is_there_under_its_name()
    {
        await using var folder = new TempDirectory();
        await File.WriteAllTextAsync(
            folder["text.ass"],
            "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\nDialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\i1}Hello{\\i0}\n",
            TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder["7.srt"], [.. "1\r\n00:00:00,500 --> 00:00:01,500\r\nGr"u8, 0xFC, 0xDF, .. "e\r\n"u8], TestContext.Current.CancellationToken);
        await Tool.FfmpegAsync(
        [
            "-f", "lavfi", "-i", Video.Pattern(3, "320x180"), "-f", "lavfi", "-i", "sine=440:r=44100:d=3", "-i", folder["text.ass"],
            "-map", "0:v", "-map", "1:a", "-map", "1:a", "-map", "2", .. Video.H264, "-preset", "ultrafast",
            "-c:a:0", "aac", "-ac:a:0", "2", "-c:a:1", "ac3", "-ac:a:1", "6", "-c:s", "ass",
            "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=eng", "-metadata:s:s:0", "language=fre", folder["film.mkv"],
        ]);

        using var stream = await MadeStream.MakeAsync(folder["film.mkv"], null, new SideSubtitle("7.srt", "de", "", false), new SideSubtitle("8.srt", "nl", "lost", false));

        PlaylistCheck.Master(stream.Folder.Final);
        Assert.Equal(["English", "English (2)"], stream.Plan.Audio.Select(track => track.Title));
        Assert.Equal([(true, 2), (false, 2)], stream.Plan.Audio.Select(track => (track.IsCopied, track.Channels)));
        Assert.Equal("2", await MadeStream.AskAsync(stream["a1.m3u8"], "a:0", "channels"));
        Assert.Contains("TYPE=SUBTITLES,GROUP-ID=\"subtitles\",NAME=\"French\",LANGUAGE=\"fr\"", stream.Master, StringComparison.Ordinal);
        Assert.DoesNotContain("lost", stream.Master, StringComparison.Ordinal);
        // The sound begins 23 ms before the picture, and with it all counting.
        Assert.Equal("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n00:01.023 --> 00:02.523\n<i>Hello</i>", File.ReadAllText(stream["s0.vtt"]).TrimEnd());
        Assert.Contains("00:00.500 --> 00:01.500\nGr\u00FC\u00DFe", File.ReadAllText(stream["s1.vtt"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_must_be_encoded_gets_a_keyframe_every_two_seconds_and_a_format_for_browsers()
    {
        using var video = await Video.MakeAsync(
            "film.avi", ["-f", "lavfi", "-i", Video.Pattern(9, "320x180"), "-f", "lavfi", "-i", "sine=440:r=44100:d=9"], ["-c:v", "mpeg4", "-bf", "2", "-c:a", "mp3"]);

        using var stream = await MadeStream.MakeAsync(video.Path);

        PlaylistCheck.Master(stream.Folder.Final);
        var keyframes = await MadeStream.TimesAsync(stream["v0.m3u8"], "v:0", keyframesOnly: true);
        Assert.Equal([0.0, 2, 4, 6, 8], keyframes.Select(time => Math.Round(time - keyframes[0])));
        Assert.Equal("yuv420p", await MadeStream.AskAsync(stream["v0.m3u8"], "v:0", "pix_fmt"));
        Assert.Equal("aac", await MadeStream.AskAsync(stream["a0.m3u8"], "a:0", "codec_name"));
        Assert.Equal(225, await MadeStream.CountFramesAsync(stream["v0.m3u8"], "v:0"));
    }

    [Fact]
    public async Task A_lower_rendition_is_made_beside_a_copied_one_and_stays_below_three_megabits()
    {
        using var video = await Video.MakeAsync(
            "film.mp4", ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=3,noise=alls=80:allf=t", "-f", "lavfi", "-i", "sine=440:d=3"],
            Video.H264, ["-preset", "ultrafast", "-b:v", "9M", "-c:a", "aac"]);

        using var stream = await MadeStream.MakeAsync(video.Path);

        PlaylistCheck.Master(stream.Folder.Final);
        Assert.Equal([EncodeReason.None, EncodeReason.LowerRendition], stream.Plan.Video.Select(rendition => rendition.Reason));
        Assert.Equal(75, await MadeStream.CountFramesAsync(stream["v1.m3u8"], "v:0"));
        Assert.Equal(await MadeStream.TimesAsync(stream["v0.m3u8"], "v:0"), await MadeStream.TimesAsync(stream["v1.m3u8"], "v:0"));
        var lower = stream.Master.Split('\n').Single(line => line.Contains("RESOLUTION=854x480", StringComparison.Ordinal));
        Assert.InRange(int.Parse(lower.Split("BANDWIDTH=")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture), 100_000, 3_000_000);
    }

    [Theory]
    [InlineData("interlaced", new[] { "-vf", "tinterlace=interleave_top,fieldorder=tff", "-flags", "+ilme+ildct" }, EncodeReason.Interlaced, "320x180")]
    [InlineData("rotated", new string[0], EncodeReason.Rotated, "180x320")]
    [InlineData("hdr", new[] { "-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc" }, EncodeReason.HighDynamicRange, "320x180")]
    public async Task A_picture_that_browsers_would_show_wrongly_is_made_right(string kind, string[] options, EncodeReason reason, string size)
    {
        await using var folder = new TempDirectory();
        await Tool.FfmpegAsync(["-f", "lavfi", "-i", Video.Pattern(2, "320x180") + ",scroll=horizontal=0.03", .. Video.H264, "-preset", "ultrafast", .. options, folder["straight.mp4"]]);
        string[] turn = kind == "rotated" ? ["-metadata:s:v:0", "rotate=90"] : [];
        await Tool.FfmpegAsync(["-i", folder["straight.mp4"], "-c", "copy", .. turn, folder["film.mp4"]]);

        using var stream = await MadeStream.MakeAsync(folder["film.mp4"]);

        Assert.Equal(reason, stream.Plan.Video[0].Reason);
        Assert.Equal(size, $"{await MadeStream.AskAsync(stream["v0.m3u8"], "v:0", "width")}x{await MadeStream.AskAsync(stream["v0.m3u8"], "v:0", "height")}");
        Assert.Contains(await MadeStream.AskAsync(stream["v0.m3u8"], "v:0", "field_order"), (string[])["progressive", "unknown"]);
        Assert.Equal(kind == "interlaced" ? (true, false) : (false, false), (await IsCombedAsync(folder["film.mp4"]), await IsCombedAsync(stream["v0.m3u8"])));
        Assert.DoesNotContain("2084", await MadeStream.AskAsync(stream["v0.m3u8"], "v:0", "color_transfer"), StringComparison.Ordinal);
        Assert.Equal(await MadeStream.CountFramesAsync(folder["film.mp4"], "v:0"), await MadeStream.CountFramesAsync(stream["v0.m3u8"], "v:0"));
    }

    [Fact]
    public async Task A_grey_of_hdr_is_as_bright_as_a_person_sees_it()
    {
        // Half of the signal is 92 cd/m2, nearly the white of paper; taken for that of a screen it would be 126.
        using var video = await Video.MakeAsync(
            "film.mkv", ["-f", "lavfi", "-i", "color=gray:s=320x180:r=25:d=1"],
            ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p10le", "-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc"]);

        using var stream = await MadeStream.MakeAsync(video.Path);

        var (_, output, _) = await Tool.RunAsync(
            "ffmpeg", ["-nostdin", "-v", "error", "-i", stream["v0.m3u8"], "-vf", "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-", "-frames:v", "1", "-f", "null", "-"]);
        Assert.InRange(double.Parse(output.Split("YAVG=")[1].Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture), 140, 200);
        Assert.Equal("bt709", await MadeStream.AskAsync(stream["v0.m3u8"], "v:0", "color_transfer"));
    }

    [Fact]
    public async Task A_broadcast_whose_clock_starts_anywhere_begins_at_zero()
    {
        using var video = await Video.MakeAsync(
            "film.ts", ["-f", "lavfi", "-i", Video.Pattern(4, "320x180"), "-f", "lavfi", "-i", "sine=440:d=4"],
            ["-c:v", "mpeg2video", "-c:a", "mp2", "-output_ts_offset", "70000"]);

        using var stream = await MadeStream.MakeAsync(video.Path);

        PlaylistCheck.Master(stream.Folder.Final);
        var times = await MadeStream.TimesAsync(stream["v0.m3u8"], "v:0");
        Assert.Equal(100, times.Count);
        Assert.InRange(times[0], 10, 10.1);
        var sound = (await MadeStream.TimesAsync(stream["a0.m3u8"], "a:0"))[0];
        Assert.InRange(sound, 9.9, 10.1);
    }

    /// <summary>Whether most pictures are made of fields of different moments, as ffmpeg's detector sees it.</summary>
    private static async Task<bool> IsCombedAsync(string path)
    {
        var (_, _, report) = await Tool.RunAsync("ffmpeg", ["-nostdin", "-hide_banner", "-i", path, "-vf", "idet", "-f", "null", "-"]);
        var counts = System.Text.RegularExpressions.Regex.Match(report, "Multi frame detection: TFF: *([0-9]+) BFF: *([0-9]+) Progressive: *([0-9]+)").Groups;
        var (first, second, progressive) = (Count(1), Count(2), Count(3));
        Assert.True(first + second + progressive > 0, report);
        return first + second > progressive;

        int Count(int group) => int.Parse(counts[group].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Thumbnails_show_the_whole_video()
    {
        using var video = await Video.MakeAsync("film.mp4", ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=2:duration=275"], Video.H264, ["-preset", "ultrafast"]);

        using var stream = await MadeStream.MakeAsync(video.Path);

        var cues = File.ReadAllText(stream["thumbnails.vtt"]).Split("\n\n");
        Assert.Equal("WEBVTT", cues[0]);
        Assert.Equal(28, cues.Length - 1);
        Assert.Equal("00:00:10.000 --> 00:00:20.000\nsprite_000.jpg#xywh=160,0,160,90", cues[2]);
        Assert.Equal("00:04:30.000 --> 00:04:35.000\nsprite_001.jpg#xywh=320,0,160,90\n", cues[28]);
        Assert.Equal("800", await MadeStream.AskAsync(stream["sprite_001.jpg"], "v:0", "width"));
    }
}
