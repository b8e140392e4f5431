using EventTorrent.Media.Hls;

namespace EventTorrent.Media.Tests.Hls;

public sealed class Naming_subtitles
{
    [Theory]
    [InlineData("A/Film.mkv", "A/Film.srt", null, "", false)]
    [InlineData("A/Film.mkv", "A/Film.en.srt", "en", "", false)]
    [InlineData("A/Film.mkv", "A/film.GER.forced.ass", "de", "German forced", true)]
    [InlineData("A/Film.mkv", "A/Subs/Film.fre.vtt", "fr", "", false)]
    [InlineData("A/Film.E01.mkv", "A/Subs/Film.E01/2_English.srt", "en", "", false)]
    [InlineData("Film.mkv", "Film.pt.SDH.srt", "pt", "Portuguese SDH", false)]
    public void A_file_with_the_videos_name_belongs_to_it(string video, string file, string? language, string title, bool isForced) =>
        Assert.Equal(new SideSubtitle("3.srt", language, title, isForced), SideSubtitleNames.Match(video, false, file, "3.srt"));

    [Theory]
    [InlineData("A/Film.mkv", "A/Other.en.srt")]
    [InlineData("A/Film.mkv", "B/Film.en.srt")]
    [InlineData("A/Film.mkv", "A/Film.txt")]
    [InlineData("A/Film.E01.mkv", "A/Subs/Film.E02/2_English.srt")]
    public void Another_does_not(string video, string file) => Assert.Null(SideSubtitleNames.Match(video, false, file, "3.srt"));

    [Fact]
    public void The_only_video_gets_them_all() =>
        Assert.Equal(new SideSubtitle("3.srt", "en", "", false), SideSubtitleNames.Match("A/Film.mkv", true, "A/Subs/2_Eng.srt", "3.srt"));
}
