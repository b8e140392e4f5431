namespace EventTorrent.Contracts.Tests;

public sealed class PackedArchivesTests
{
    [Theory]
    [InlineData(".rar", "film.rar", "film.r00", "film.r01", "film.nfo", "film.sfv")]
    [InlineData(".rar", "film.part01.rar", "film.part02.rar")]
    [InlineData(".rar", "film.R98", "film.s00")]
    [InlineData(".zip", "film.zip", "film.z01")]
    [InlineData(".zip", "film.z01", "film.z02")]
    [InlineData(".7z", "film.7z")]
    [InlineData(".7z", "film.7z.001", "film.7z.002")]
    [InlineData(".001", "film.001", "film.002")]
    public void Are_found_by_the_names_of_their_volumes(string expected, params string[] names) =>
        Assert.Equal(expected, PackedArchives.Find(Files(names, 1000)));

    [Theory]
    [InlineData("film.mkv")]
    [InlineData("notes.txt", "readme.nfo")]
    [InlineData("film.rar.txt")]
    [InlineData("r00", "rar")]
    [InlineData("film.mp4", "film.rxx", "film.0001")]
    public void Are_not_seen_in_other_names(params string[] names) => Assert.Null(PackedArchives.Find(Files(names, 1000)));

    [Fact]
    public void Are_the_bulk_of_the_torrent()
    {
        Assert.Null(PackedArchives.Find([new(0, "game.iso", 1_000_000), new(1, "subtitles.zip", 1000)]));
        Assert.Equal(".zip", PackedArchives.Find([new(0, "game.iso", 1000), new(1, "film.zip", 1_000_000)]));
        Assert.Null(PackedArchives.Find([]));
    }

    [Fact]
    public void Are_described_by_their_kind() =>
        Assert.Equal("The videos are inside an archive (.rar): they can't be shown without downloading it.", PackedArchives.Describe(".rar"));

    private static List<TorrentFile> Files(string[] names, long length) =>
        [.. names.Select((name, index) => new TorrentFile(index, $"Film/{name}", length))];
}
