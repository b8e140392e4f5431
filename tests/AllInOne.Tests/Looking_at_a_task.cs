using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>The page of one task, from its first picture over what goes wrong to its last.</summary>
public sealed class Looking_at_a_task
{
    private const int Shots = 2;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_come_as_they_are_taken_what_went_wrong_is_said_and_all_is_well_once_it_is_tried_again_with_better_peers()
    {
        Assert.SkipWhen(Scene.Missing is not null, Scene.Missing ?? "");
        await using var directory = new TempDirectory();
        var torrent = await Films.TwoAsync(directory.CreateDirectory("Two films"), Cancellation);
        var first = torrent.Files[0].LengthBytes;
        await using var poor = new ScriptedPeer(torrent, new PeerBehaviour { Has = piece => (long)piece * torrent.PieceLengthBytes < first });
        await using var rich = new ScriptedPeer(torrent);
        var lonely = (await SmallTorrents.MakeAsync(1, directory.CreateDirectory("films"), Cancellation))[0];
        await using var silent = new ScriptedPeer(lonely, new PeerBehaviour { NoMetadata = true });
        await using var tracker = new LocalTracker();
        tracker.Add(lonely.Infohash, silent.Endpoint);
        // By itself it is tried again too late to be seen here.
        await using var server = await Server.StartAsync(
            directory.CreateDirectory("data"), ("Node:Enabled", "false"), ("Screenshots:StallTimeout", "00:00:12"), ("Screenshots:MetadataTimeout", "01:00:00"),
            ("Sagas:RetryDelay", "00:10:00"));

        var seen = await Scene.PlayAsync(
            server,
            "looking",
            new
            {
                torrent.Infohash, torrent.Name, Magnet = torrent.Magnet(poor.Endpoint), Better = torrent.Magnet(rich.Endpoint),
                Lonely = new { lonely.Infohash, Magnet = lonely.WithTrackers(tracker.Url).Magnet() }, Shots,
            });

        Assert.Equal(640, seen.GetProperty("early").GetInt32());
        Assert.Equal(Enumerable.Repeat(640, 2 * Shots), seen.GetProperty("sizes").EnumerateArray().Select(size => size.GetInt32()));
        Assert.True(seen.GetProperty("thumbnail").GetInt32() > 0);
        Assert.Equal(["a.mp4", "b.mp4"], Texts(seen, "videos"));
        Assert.Equal(["a.mp4", "b.mp4", "notes.txt"], Texts(seen, "files").Select(line => line.Split('\n')[0]));
        Assert.All(Texts(seen, "files").Take(2), line => Assert.Contains("done", line, StringComparison.Ordinal));
        Assert.Matches(@"^[\d.]+ [KM]iB \([\d.]+% of it\)$", seen.GetProperty("fetched").GetString());
        Assert.Collection(
            Texts(seen, "maps"),
            map => Assert.Matches(@"^a\.mp4: [\d.]+% is here, in \d+ places?$", map),
            map => Assert.Matches(@"^b\.mp4: [\d.]+% is here, in \d+ places?$", map));
        Assert.Contains("ScriptedPeer", seen.GetProperty("client").GetString(), StringComparison.Ordinal);
        // The last comes first: a state, its cause, when and by whom, and how long the one before has lasted.
        var lines = Texts(seen, "lines");
        Assert.StartsWith("Done", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Waiting for a worker", lines[^1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("Pictures are taken", StringComparison.Ordinal) && line.Contains(" · ", StringComparison.Ordinal));
        Assert.All(lines.Skip(1), line => Assert.Matches(@"\n([\d.]+ s|\d+:\d\d)\n", line));
    }

    private static IReadOnlyList<string> Texts(JsonElement seen, string name) =>
        [.. seen.GetProperty(name).EnumerateArray().Select(text => text.GetString() ?? "")];
}
