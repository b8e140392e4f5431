using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

/// <summary>SIGTERM, in every state: gone within 10 s, in good order.</summary>
public sealed class Stopping
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("broker frozen")]
    [InlineData("idle")]
    [InlineData("broker away")]
    [InlineData("database away")]
    public async Task Takes_every_process_less_than_10_seconds(string state)
    {
        await using var deployment = await Deployment.CreateAsync();
        await deployment.StartApiAndSagasAsync();
        await deployment.StartWorkerAsync();
        await deployment.WaitUntilReadyAsync();
        await (state switch
        {
            "broker away" => deployment.Broker.KillAsync(Cancellation),
            "database away" => deployment.Postgres.StopImmediateAsync(Cancellation),
            _ => Task.CompletedTask,
        });
        if (state == "broker frozen")
        {
            deployment.Broker.Suspend();
        }

        var stopped = await deployment.StopAllAsync();

        Assert.Equal(3, stopped.Count);
        Assert.All(stopped, one => Assert.True(one.Code == 0, deployment.Log));
    }

    [Fact]
    public async Task Half_way_in_a_fetch_loses_no_picture_and_no_message()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        // It has the first half and the end: some of the pictures can't be had from it, however long the stop takes to begin.
        var (pieces, complete) = (torrent.PieceCount, false);
        await using var peer = new ScriptedPeer(
            torrent, new PeerBehaviour { Has = piece => complete || piece < pieces / 2 || piece >= pieces - 2 });
        await using var deployment = await Deployment.CreateAsync();
        await deployment.StartApiAndSagasAsync();
        var first = await deployment.StartWorkerAsync();
        await deployment.WaitUntilReadyAsync();
        await deployment.SubmitAsync(torrent, peer.Endpoint, Films.Shots);
        var begun = await deployment.WaitForAsync(torrent, task => task["screenshots"]!.AsArray().Count >= 2);

        var (code, _) = await first.StopAsync();
        complete = true;
        await deployment.StartWorkerAsync();
        var whole = await deployment.WaitForAsync(torrent, task => (string?)task["state"] == "Completed");

        Assert.Equal(0, code);
        Assert.InRange(begun["screenshots"]!.AsArray().Count, 2, Films.Shots - 1);
        Assert.Equal(Films.Shots, whole["screenshots"]!.AsArray().Count);
        var timeline = (await deployment.Api.GetAsync($"/tasks/{torrent.Infohash}/timeline")).ToJsonString();
        Assert.Contains("Interrupted", timeline, StringComparison.Ordinal);
        Assert.DoesNotContain("WorkerLost", timeline, StringComparison.Ordinal);
        var queues = (await deployment.Api.GetAsync("/stats"))["broker"]!["queues"]!.AsArray();
        Assert.NotEmpty(queues);
        Assert.All(queues, queue => Assert.Equal((0, 0), ((int)queue!["errors"]!, (int)queue["skipped"]!)));
    }
}
