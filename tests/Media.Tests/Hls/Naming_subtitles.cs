using EventTorrent.Media.Hls;

namespace EventTorrent.Media.Tests.Hls;

public sealed class Naming_subtitles
{
    [Theory]
    [InlineData("A/Film.srt", null, "", false)]
    [InlineData("A/Film.en.srt", "en", "", false)]
    [InlineData("A/film.GER.forced.ass", "de", "German forced", true)]
    [InlineData("A/Subs/Film.fre.vtt", "fr", "", false)]
    [InlineData("A/Subs/Film/2_English.srt", "en", "", false)]
    [InlineData("Film.pt.SDH.srt", "pt", "Portuguese SDH", false)]
    [InlineData("Commentary.srt", null, "Commentary", false)]
    public void Names_say_the_language_and_the_kind(string path, string? language, string title, bool isForced) =>
        Assert.Equal(new SideSubtitle("3.srt", language, title, isForced), SideSubtitleNames.Read("A/Film.mkv", path, "3.srt"));
}
