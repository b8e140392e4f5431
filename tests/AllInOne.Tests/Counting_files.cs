using EventTorrent.Contracts;
using EventTorrent.TestKit;
using EventTorrent.Torrents;

namespace EventTorrent.AllInOne.Tests;

/// <summary>A file that a person chooses at the door is the one that a worker takes.</summary>
public sealed class Counting_files
{
    [Fact]
    public void The_door_and_the_workers_name_and_count_the_files_of_a_torrent_alike()
    {
        Assert.SkipWhen(RepositoryPaths.Corpus is null, "There is no corpus.");
        var torrents = Directory.GetFiles(Path.Combine(RepositoryPaths.Corpus!, "torrents"), "*.torrent").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)
            .Concat(BrokenTorrents.HostilePaths.Values).Append(BrokenTorrents.WithFiles(3000));
        var compared = 0;
        foreach (var torrent in torrents)
        {
            if (!TorrentDescriptor.TryParse(torrent, out var atDoor, out _) || !TorrentFileReader.TryRead(torrent, out var atWorker, out _))
            {
                continue;
            }

            var expected = atWorker.Metadata.Files.Where(file => !file.IsPad).Select(file => new TorrentFile(file.Index, file.Path, file.LengthBytes));
            Assert.Equal(ListedFiles.Of(expected), ListedFiles.Of(atDoor.ListFiles()!));
            compared++;
        }

        Assert.True(compared > 20, $"{compared} torrents");
    }
}
