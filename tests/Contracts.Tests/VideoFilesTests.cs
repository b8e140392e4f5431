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
