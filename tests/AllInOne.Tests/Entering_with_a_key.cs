using System.Net;
using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>The page of a server that wants a key, by somebody who may do everything and by somebody who may only look.</summary>
public sealed class Entering_with_a_key
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_sees_the_whole_system_and_makes_and_revokes_the_key_of_a_viewer()
    {
        Assert.SkipWhen(Scene.Missing is not null, Scene.Missing ?? "");
        await using var directory = new TempDirectory();
        await using var server = await Server.StartAsync(directory.FullPath, ("Node:Enabled", "false"));
        var infohash = new string('a', 40);
        Assert.Equal(HttpStatusCode.Created, await server.SubmitAsync(("infohash", infohash)));
        var (exit, key, told) = await Server.RunAsync(["keys", "create", "me", "--role", "admin", "--Storage:DataDirectory", directory.FullPath], Cancellation);
        Assert.True(exit == 0, told);
        await Poll.UntilAsync("the door is closed", async _ => await server.SubmitAsync(("infohash", infohash)) == HttpStatusCode.Unauthorized, Deadline, Cancellation);

        var seen = await Scene.PlayAsync(server, "entering", new { Key = key.Trim(), Infohash = infohash });

        // What it is, how it is, where, on which volume, how busy, the room there, its version, and when it was heard of.
        Assert.Collection(
            seen.GetProperty("workers").EnumerateArray().Select(Texts).OrderBy(cells => cells[0], StringComparer.Ordinal),
            worker => AssertWhole("Download", hasVolume: true, worker),
            worker => AssertWhole("Screenshots", hasVolume: false, worker),
            worker => AssertWhole("Transcoding", hasVolume: true, worker));
        Assert.Contains("role submitter", seen.GetProperty("refusal").GetString(), StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key.Trim());
        using var description = await http.GetAsync(seen.GetProperty("description").GetString(), Cancellation);
        Assert.Equal("application/json", description.Content.Headers.ContentType?.MediaType);
    }

    private static void AssertWhole(string kind, bool hasVolume, string[] cells)
    {
        Assert.Equal([kind, "there", Environment.MachineName], cells[..3]);
        Assert.Equal(hasVolume, cells[3].Length > 0);
        Assert.Matches(@"^\d+ / [1-9]\d*$", cells[4]);
        Assert.Matches(hasVolume ? @"^[\d.]+ [MGT]iB$" : "^$", cells[5]);
        Assert.NotEmpty(cells[6]);
        Assert.EndsWith(" ago", cells[7], StringComparison.Ordinal);
    }

    private static string[] Texts(JsonElement cells) => [.. cells.EnumerateArray().Select(cell => cell.GetString() ?? "")];
}
