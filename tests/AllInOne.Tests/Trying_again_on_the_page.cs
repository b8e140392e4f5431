using System.Net;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>Tasks that fail for want of peers, until there is one; and what else there is to do on the page meanwhile.</summary>
public sealed class Trying_again_on_the_page
{
    private const int Lost = 4;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_nobody_had_is_tried_again_many_at_once_and_ends_in_pictures_once_somebody_has_it()
    {
        Assert.SkipWhen(Scene.Missing is not null, Scene.Missing ?? "");
        await using var directory = new TempDirectory();
        var small = await SmallTorrents.MakeAsync(Lost + 1, directory.CreateDirectory("films"), Cancellation);
        await using var peer = new ScriptedPeer();
        foreach (var torrent in small)
        {
            peer.Add(torrent);
        }

        await using var tracker = new LocalTracker();
        var lost = small.Take(Lost).Select(torrent => torrent.WithTrackers(tracker.Url)).ToList();
        var sign = small[Lost];
        var slow = await Films.ShortTorrentAsync(Cancellation);
        await using var idler = new ScriptedPeer(slow, new PeerBehaviour { BytesPerSecond = (int)(slow.TotalBytes / 60) });
        var series = (await Films.TwoAsync(directory.CreateDirectory("Two films"), Cancellation)).WithTrackers(tracker.Url);
        peer.Add(series);
        tracker.Add(series.Infohash, peer.Endpoint);
        // Two attempts each, after which a task has failed.
        await using var server = await Server.StartAsync(
            directory.CreateDirectory("data"), ("Node:Enabled", "false"), ("Volume:ReserveMiB", "0"), ("Screenshots:Slots", "8"),
            ("Screenshots:MetadataTimeout", "00:00:08"), ("Sagas:MaxAttempts", "2"), ("Sagas:RetryDelay", "00:00:01"));

        await using var scene = await Scene.BeginAsync(
            server.Address,
            "trying",
            new
            {
                // Without the name, which a link may tell before anybody is asked.
                Lost = lost.Select(torrent => new { torrent.Infohash, torrent.Name, Magnet = torrent.Magnet().Replace($"&dn={torrent.Name}", "", StringComparison.Ordinal) }),
                Sign = sign.Infohash,
                Slow = new { slow.Infohash, slow.Name, Magnet = slow.Magnet(idler.Endpoint) },
                Series = new { series.Infohash, File = await series.SaveAsync(directory["series.torrent"], Cancellation) },
            });
        await scene.ReachAsync("failed");
        lost.ForEach(torrent => tracker.Add(torrent.Infohash, peer.Endpoint));
        Assert.Equal(HttpStatusCode.Created, await server.SubmitAsync(("magnet", sign.Magnet(peer.Endpoint)), ("shots", "1")));
        var seen = await scene.EndAsync(server);

        Assert.Equal("screenshots,stream", seen.GetProperty("want").GetString());
        Assert.Equal("b.mp4", Assert.Single(seen.GetProperty("selected").EnumerateArray()).GetString());
        // Of the two that were deleted, one was to leave what it had.
        var volume = Path.Combine(directory["data"], "volume");
        await Poll.UntilAsync("the data of the other is gone", () => !Directory.Exists(Path.Combine(volume, series.Infohash)), Deadline, Cancellation, () => server.Log);
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(volume, slow.Infohash), "*", SearchOption.AllDirectories));
    }
}
