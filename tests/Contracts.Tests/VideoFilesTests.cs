namespace EventTorrent.Contracts.Tests;

public sealed class VideoFilesTests
{
    private const long Gigabyte = 1_000_000_000;

    [Fact]
    public void Are_the_videos_that_are_not_small_beside_the_largest()
    {
        TorrentFile[] files =
        [
            new(0, "Film/film.mkv", Gigabyte), new(1, "Film/film.nfo", 2 * Gigabyte), new(2, "Film/trailer.mp4", Gigabyte / 50),
            new(3, "Film/Bonus.MP4", Gigabyte / 2), new(4, "Film/empty.mp4", 0),
        ];

        Assert.Equal([0, 3], VideoFiles.Select(files, []));
    }

    [Fact]
    public void Are_no_samples_unless_there_is_nothing_else()
    {
        TorrentFile sample = new(1, "Sample/film-sample.mkv", Gigabyte);

        Assert.Equal([0], VideoFiles.Select([new(0, "film.mkv", Gigabyte), sample], []));
        Assert.Equal([1], VideoFiles.Select([sample], []));
    }

    [Theory]
    [InlineData("Film/film.trailer.mkv")]
    [InlineData("Film/film-trailer.mp4")]
    [InlineData("Film/film trailer.mp4")]
    [InlineData("Film/trailer.mp4")]
    [InlineData("Film/Sample.avi")]
    [InlineData("Film/sample-film.avi")]
    [InlineData("Film/Film.2019.1080p.x264.Sample-GRP.mkv")]
    [InlineData("Film/film_sample.mkv")]
    [InlineData("Film/SAMPLES/film.mkv")]
    [InlineData("Film/film-behindthescenes.mkv")]
    [InlineData("Film/film-deletedscene.mkv")]
    [InlineData("Film/Extras/making of.mkv")]
    [InlineData("Film/Behind The Scenes/1.mkv")]
    [InlineData("Film/Featurettes/a/b.mkv")]
    public void Are_no_extras(string extra) =>
        Assert.Equal([0], VideoFiles.Select([new(0, "Film/film.mkv", Gigabyte), new(1, extra, Gigabyte / 4)], []));

    [Theory]
    [InlineData("Show/The Trailer Park S01E01.mkv")]
    [InlineData("Show/Samples of Life.mkv")]
    [InlineData("Show/Sample.This.2012.mkv")]
    [InlineData("Show/Free.Samples.2012-GRP.mkv")]
    [InlineData("Show/The Interview.mkv")]
    [InlineData("Show/The.Big.Short.mkv")]
    [InlineData("Show/Resample.mkv")]
    [InlineData("Extras S01/Extras.S01E02.mkv")]
    [InlineData("Show/Sampler-x.mkv")]
    public void Are_films_whose_title_only_has_such_a_word(string film) =>
        Assert.Equal([0, 1], VideoFiles.Select([new(0, "Show/other.mkv", Gigabyte), new(1, film, Gigabyte / 2)], []));

    [Fact]
    public void Are_a_film_that_is_called_sample()
    {
        Assert.Equal([0], VideoFiles.Select([new(0, "Sample/Sample.mkv", Gigabyte), new(1, "Sample/readme.txt", 9)], []));
        Assert.Equal([0, 1], VideoFiles.Select([new(0, "Sample.mkv", Gigabyte), new(1, "interview with the director.mkv", Gigabyte / 5)], []));
    }

    [Fact]
    public void Are_the_trailers_when_there_is_nothing_else() =>
        Assert.Equal([0, 1], VideoFiles.Select([new(0, "Trailers/a.mp4", Gigabyte), new(1, "Trailers/b.mp4", Gigabyte)], []));

    [Fact]
    public void Are_those_asked_for_when_some_were()
    {
        TorrentFile[] files = [new(0, "a.mkv", Gigabyte), new(1, "b.bin", 5), new(2, "c.mkv", 0)];

        Assert.Equal([1], VideoFiles.Select(files, [1, 2, 99]));
    }

    [Fact]
    public void Are_at_most_fifty_the_largest_of_them()
    {
        var files = Enumerable.Range(0, 80).Select(i => new TorrentFile(i, $"e{i}.mkv", Gigabyte + i)).ToList();

        Assert.Equal(Enumerable.Range(30, 50), VideoFiles.Select(files, []));
    }
}
