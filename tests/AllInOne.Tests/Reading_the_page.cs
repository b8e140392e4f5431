using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>The page as different people have it: their language, light or dark, a telephone, with less movement, with axe in the place of ears.</summary>
public sealed class Reading_the_page
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_view_is_sound_in_every_language_light_and_dark_wide_and_narrow_and_allows_nothing_inline()
    {
        Assert.SkipWhen(Scene.Missing is not null, Scene.Missing ?? "");
        await using var directory = new TempDirectory();
        var torrents = await SmallTorrents.MakeAsync(1, directory.CreateDirectory("films"), Cancellation);
        await File.WriteAllTextAsync(directory["notes.txt"], "Nothing to see.", Cancellation);
        var text = await new TorrentBuilder().BuildAsync(directory["notes.txt"], Cancellation);
        await using var peer = new ScriptedPeer(torrents[0]);
        peer.Add(text);
        await using var server = await Server.StartAsync(directory.CreateDirectory("data"), ("Node:Enabled", "false"), ("Screenshots:MetadataTimeout", "01:00:00"));
        var waiting = new string('d', 40);
        await server.SubmitAsync(("magnet", torrents[0].Magnet(peer.Endpoint)), ("shots", "3"));
        await server.SubmitAsync(("magnet", text.Magnet(peer.Endpoint)));
        await server.SubmitAsync(("infohash", waiting));
        await server.WaitForAsync(torrents[0].Infohash, task => task.State() == "Completed", Deadline);
        await server.WaitForAsync(text.Infohash, task => task.Failure() == "NoVideoFile", Deadline);
        await server.WaitForAsync(waiting, task => task.State() == "Fetching", Deadline);

        var seen = await Scene.PlayAsync(server, "reading", new { Done = torrents[0].Infohash, Failed = text.Infohash, Waiting = waiting });

        Assert.Equal("standalone", seen.GetProperty("display").GetString());
        Assert.True(seen.GetProperty("icons").GetInt32() > 0);
    }
}
