using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>Every way into the list: one link, many lines, a picked, a dropped and a pasted one, from another program, and for a stream.</summary>
public sealed class Adding_on_the_page
{
    /// <summary>Of the node: no other network than this machine's own.</summary>
    private static readonly Dictionary<string, string> Loopback = new() { ["EVENTTORRENT_PEER_BIND_ADDRESS"] = "127.0.0.1" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_typed_picked_dropped_pasted_or_handed_on_is_taken_and_a_stream_of_it_is_watched()
    {
        Assert.SkipWhen(Scene.Missing is not null, Scene.Missing ?? "");
        await using var directory = new TempDirectory();
        await using var peer = new ScriptedPeer();
        await using var tracker = new LocalTracker();
        IReadOnlyList<TestTorrent> torrents =
        [
            .. await SmallTorrents.MakeAsync(7, directory.CreateDirectory("films"), Cancellation),
            await Films.ShortTorrentAsync(Cancellation),
        ];
        var cast = new List<object>();
        foreach (var torrent in torrents)
        {
            peer.Add(torrent);
            tracker.Add(torrent.Infohash, peer.Endpoint);
            var file = await torrent.WithTrackers(tracker.Url).SaveAsync(directory[$"{torrent.Infohash}.torrent"], Cancellation);
            cast.Add(new { torrent.Infohash, torrent.Name, Magnet = torrent.Magnet(peer.Endpoint), File = file });
        }

        await using var server = await Server.StartAsync(directory.CreateDirectory("data"), Loopback, ("Volume:ReserveMiB", "0"));

        var seen = await Scene.PlayAsync(
            server,
            "adding",
            new
            {
                Typed = cast[0], First = cast[1], Second = cast[2], Picked = cast[3], Dropped = cast[4], Pasted = cast[5], Handed = cast[6], Streamed = cast[7],
                Bare = new string('e', 40),
            });

        Assert.Equal(["screenshots", "stream"], seen.GetProperty("wants").EnumerateArray().Select(want => want.GetString()));
        Assert.Collection(
            seen.GetProperty("media").EnumerateArray().Select(line => line.GetString()),
            video => Assert.StartsWith("Video · h264 · 640 × 360", video, StringComparison.Ordinal),
            audio => Assert.StartsWith("Audio · ", audio, StringComparison.Ordinal));
    }
}
