using System.Net;

namespace EventTorrent.TestKit.Tests;

/// <summary>Downloads a torrent from one seeder by an independent client, and compares.</summary>
internal static class Download
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task ByAriaAsync(TempDirectory directory, TestTorrent torrent, IPEndPoint seeder, bool compare = true)
    {
        await using var tracker = new LocalTracker();
        tracker.Add(torrent.Infohash, seeder);
        var target = directory.CreateDirectory("leech");
        await using var leecher = await AriaSeeder.StartDownloadAsync(torrent.WithTrackers(tracker.Url), target, Token);
        await leecher.WaitUntilCompleteAsync(Token);
        if (compare)
        {
            await Content.AssertArrivedAsync(torrent, target);
        }
    }

    public static async Task ByQBittorrentAsync(TempDirectory directory, TestTorrent torrent, IPEndPoint seeder)
    {
        var target = directory.CreateDirectory("leech");
        await using var leecher = await QBittorrentSeeder.StartEmptyAsync(Token);
        await leecher.AddAsync(torrent, target, skipChecking: false, Token);
        await leecher.AddPeerAsync(torrent, seeder, Token);
        await leecher.WaitUntilCompleteAsync(Token);
        await Content.AssertArrivedAsync(torrent, target);
    }
}
