using System.Net;
using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>The page in Chromium on the whole service with a real swarm: everything that is seen was fetched, decoded, stored and pushed.</summary>
public sealed class Using_the_page
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan LineDeadline = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_adds_a_magnet_link_sees_its_pictures_come_and_deletes_it()
    {
        Assert.SkipWhen(NodeProgram.Missing is not null, NodeProgram.Missing ?? "");
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var torrent = await Films.ShortTorrentAsync(Cancellation);
        await using var peer = new ScriptedPeer(torrent);
        await using var directory = new TempDirectory();
        await using var server = await Server.StartAsync(directory.FullPath, ("Volume:ReserveMiB", "0"));

        await using var person = await ToolProcess.StartAsync("node", [NodeProgram.Person, server.Address.ToString(), torrent.Magnet(peer.Endpoint), torrent.Infohash]);
        Assert.True(await person.WaitForExitAsync(Deadline, Cancellation) == 0, $"{person.Output}\n{server.Log}");
        var seen = JsonSerializer.Deserialize<JsonElement>(await person.WaitForLineAsync(line => line.StartsWith('{'), LineDeadline, Cancellation));

        Assert.Equal(("3/3", 3), (seen.GetProperty("shots").GetString(), seen.GetProperty("pictures").GetInt32()));
        Assert.True(seen.GetProperty("thumbnail").GetInt32() > 0);
        Assert.Equal(["Done", "Taking screenshots", "Fetching metadata", "Waiting for a worker"], Texts(seen, "timeline"));
        Assert.Contains("done", Assert.Single(Texts(seen, "files")), StringComparison.Ordinal);
        Assert.Equal(["Download", "Screenshots", "Transcoding"], Texts(seen, "workers").Order(StringComparer.Ordinal));
        Assert.All(Texts(seen, "health"), line => Assert.EndsWith(": well", line, StringComparison.Ordinal));
        Assert.Empty(Texts(seen, "faults"));
        Assert.Empty(Texts(seen, "problems"));
        Assert.Equal(HttpStatusCode.NotFound, await server.DeleteAsync(torrent.Infohash));
    }

    private static IReadOnlyList<string> Texts(JsonElement seen, string name) =>
        [.. seen.GetProperty(name).EnumerateArray().Select(text => text.GetString() ?? "")];
}
