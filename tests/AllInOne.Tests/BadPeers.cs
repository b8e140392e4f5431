using System.Net;
using System.Security.Cryptography;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>Pictures are right whoever is in the swarm.</summary>
public sealed class BadPeers
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("pieces")]
    [InlineData("blocks")]
    public async Task One_that_lies_does_not_spoil_a_picture(string verification)
    {
        var torrent = await Films.TorrentAsync(Cancellation, pieceLength: 256 * 1024);
        // The good one is so slow that the liar is asked, too, whoever comes first.
        await using var liar = new ScriptedPeer(torrent, new PeerBehaviour { FlipsBytes = true });
        await using var honest = new ScriptedPeer(torrent, new PeerBehaviour { BytesPerSecond = 300_000 });

        var pictures = await TakeAsync(torrent, verification, liar.Endpoint, honest.Endpoint);

        // Who is asked is the scheduler's choice: now and then the honest one serves it all. That a liar who was asked is
        // found out is proved for certain in Torrents.Tests and Media.Tests.
        TestContext.Current.TestOutputHelper!.WriteLine($"The liar sent {liar.SentBlocks.Count} blocks.");
        Assert.Equal(await TakeAsync(torrent, "pieces", honest.Endpoint), pictures);
    }

    [Theory]
    [InlineData("pieces")]
    [InlineData("blocks")]
    public async Task One_that_stalls_does_not_hold_the_task_up(string verification)
    {
        var torrent = await Films.TorrentAsync(Cancellation, pieceLength: 256 * 1024);
        await using var staller = new ScriptedPeer(torrent, new PeerBehaviour { StallsAfterBlocks = 4 });
        await using var honest = new ScriptedPeer(torrent, new PeerBehaviour { BytesPerSecond = 2_000_000 });

        var pictures = await TakeAsync(torrent, verification, staller.Endpoint, honest.Endpoint);

        Assert.Equal(await TakeAsync(torrent, "pieces", honest.Endpoint), pictures);
    }

    /// <returns>Hashes of the pictures, in order.</returns>
    private static async Task<IReadOnlyList<string>> TakeAsync(TestTorrent torrent, string verification, params IPEndPoint[] peers)
    {
        await using var directory = new TempDirectory();
        await using var server = await Server.StartAsync(directory.FullPath);
        await server.SubmitAsync(("magnet", torrent.Magnet(peers)), ("shots", "4"), ("verification", verification));
        var task = await server.WaitForAsync(torrent.Infohash, JsonExtensions.IsOver, Deadline);

        Assert.Equal("Completed", task.State());
        Assert.Equal(4, task.Shots().Count);
        var hashes = new List<string>();
        foreach (var shot in task.Shots())
        {
            Assert.True(verification == "blocks" || shot.GetProperty("verified").GetBoolean());
            // Its tags say whether it is verified, which is not what is compared.
            var picture = Jpeg.WithoutTags(await server.GetBytesAsync(shot.GetProperty("url").GetString()!));
            hashes.Add(Convert.ToHexString(SHA256.HashData(picture)));
        }

        return hashes;
    }
}
