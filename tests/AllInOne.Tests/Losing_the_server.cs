using System.Net;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>The page while its server dies and comes back: it says so, and then knows what nobody has told it.</summary>
public sealed class Losing_the_server
{
    private const char Gone = 'a';
    private const char Paused = 'b';
    private const char New = 'c';

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> NoEnvironment = [];

    [Fact]
    public async Task It_says_that_the_server_is_away_comes_back_by_itself_and_reads_what_has_happened_meanwhile()
    {
        Assert.SkipWhen(Scene.Missing is not null, Scene.Missing ?? "");
        await using var directory = new TempDirectory();
        await using var first = await Server.StartAsync(directory.FullPath, ("Node:Enabled", "false"));
        await SubmitAsync(first, Gone);
        await SubmitAsync(first, Paused);

        await using var scene = await Scene.BeginAsync(first.Address, "losing", new { Gone = Infohash(Gone), Paused = Infohash(Paused), New = Infohash(New) });
        await scene.ReachAsync("live");
        await first.KillAsync(Deadline);
        await scene.ReachAsync("lost");
        // Where no page looks, so that none is told of anything.
        await using (var elsewhere = await Server.StartAsync(directory.FullPath, ("Node:Enabled", "false")))
        {
            Assert.Equal(HttpStatusCode.NoContent, await elsewhere.DeleteAsync(Infohash(Gone)));
            Assert.Equal(HttpStatusCode.OK, await elsewhere.WishAsync(Infohash(Paused), "pause"));
            await elsewhere.WaitForAsync(Infohash(Paused), task => task.State() == "Paused", Deadline);
            await SubmitAsync(elsewhere, New);
        }

        await using var last = await Server.StartAsync(first.Address, directory.FullPath, NoEnvironment, ("Node:Enabled", "false"));
        await scene.EndAsync(last);
    }

    private static async Task SubmitAsync(Server server, char digit) =>
        Assert.Equal(HttpStatusCode.Created, await server.SubmitAsync(("infohash", Infohash(digit))));

    private static string Infohash(char digit) => new(digit, 40);
}
