using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>docs/operations.md, "Back-up", of the embedded service.</summary>
public sealed class Backup
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copy_of_the_data_of_a_server_that_was_stopped_at_work_goes_on_with_it()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var peer = new ScriptedPeer();
        await using var directory = new TempDirectory();
        var (data, copy) = (directory.CreateDirectory("data"), directory["copy"]);
        await using (var server = await Server.StartAsync(data))
        {
            await server.SubmitAsync(("magnet", torrent.Magnet(peer.Endpoint)), ("shots", "2"));
            await server.WaitForAsync(torrent.Infohash, task => task.State() == "Fetching", Deadline);
            Assert.Equal(0, await server.StopAsync(Deadline));
        }

        await ToolProcess.RunAsync("cp", ["--recursive", "--preserve", data, copy], Deadline, Cancellation);
        Directory.Delete(data, recursive: true);
        peer.Add(torrent);
        await using var again = await Server.StartAsync(copy);
        var task = await again.WaitForAsync(torrent.Infohash, JsonExtensions.IsOver, Deadline);

        Assert.Equal("Completed", task.State());
        Assert.Equal(2, task.Shots().Count);
    }
}
