using EventTorrent.Contracts;
using EventTorrent.TestKit;
using EventTorrent.Torrents;
using EventTorrent.Workers.Download;

namespace EventTorrent.Download.Tests;

/// <summary>Metadata of peers that claims what can't be, or too much of it.</summary>
public sealed class Hostile_torrents : IAsyncDisposable
{
    private readonly TempDirectory _volume = new();

    public ValueTask DisposeAsync() => _volume.DisposeAsync();

    [Theory]
    [InlineData("10,001 files")]
    [InlineData("piece length 0")]
    [InlineData("piece length 1 GiB")]
    [InlineData("8 EiB")]
    [InlineData("fewer hashes than pieces")]
    public async Task Are_refused_by_name_and_leave_nothing(string what)
    {
        await using var content = await Content.FolderAsync(info => Spoil(info, what), ("a.mkv", 100_000));
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var worker = Worker.Start(_volume.FullPath);

        var outcome = await worker.RunAsync(content.Torrent, [seed.Endpoint], metadataIsKnown: false);

        Assert.Equal(FailureKind.MetadataRefused, Assert.IsType<DownloadOutcome.Failed>(outcome).Kind);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_volume.FullPath));
    }

    [Fact]
    public async Task Metadata_that_all_peers_say_is_too_long_is_refused_by_name()
    {
        await using var content = await Content.FilmAsync(100_000, TestContext.Current.CancellationToken);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { ClaimedMetadataBytes = TorrentLimits.MaxMetadataBytes + 1 });
        await using var worker = Worker.Start(_volume.FullPath);

        var outcome = await worker.RunAsync(content.Torrent, [seed.Endpoint], metadataIsKnown: false);

        var failed = Assert.IsType<DownloadOutcome.Failed>(outcome);
        Assert.Equal(FailureKind.MetadataRefused, failed.Kind);
        Assert.Contains($"{TorrentLimits.MaxMetadataBytes} bytes", failed.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_volume.FullPath));
    }

    [Fact]
    public async Task One_peer_that_lies_about_the_length_of_the_metadata_does_not_end_it()
    {
        await using var content = await Content.FilmAsync(100_000, TestContext.Current.CancellationToken);
        await using var liar = new ScriptedPeer(content.Torrent, new PeerBehaviour { ClaimedMetadataBytes = long.MaxValue });
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var worker = Worker.Start(_volume.FullPath);

        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [liar.Endpoint, seed.Endpoint], metadataIsKnown: false));
    }

    private static void Spoil(SortedDictionary<string, object> info, string what)
    {
        var file = (Dictionary<string, object>)((List<object>)info["files"])[0];
        switch (what)
        {
            case "10,001 files":
                info["files"] = Enumerable.Range(0, 10_001).Select(object (number) => new Dictionary<string, object>
                {
                    ["length"] = number == 0 ? 100_000 : 0,
                    ["path"] = new List<object> { $"{number}.mkv" },
                }).ToList();
                break;
            case "piece length 0":
                info["piece length"] = 0;
                break;
            case "piece length 1 GiB":
                info["piece length"] = 1 << 30;
                break;
            case "8 EiB":
                file["length"] = long.MaxValue;
                break;
            default:
                file["length"] = 10_000_000;
                break;
        }
    }
}
