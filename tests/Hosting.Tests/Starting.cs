using System.Diagnostics;
using System.Net;
using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

public sealed class Starting
{
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_broker_and_database_are_there_ends_nothing_and_all_runs_once_they_are()
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var peer = new ScriptedPeer(torrent);
        await using var deployment = await Deployment.CreateAsync();
        await deployment.Broker.StopAsync(Cancellation);
        await deployment.Postgres.StopAsync(Cancellation);
        await deployment.StartApiAndSagasAsync();
        var worker = await deployment.StartWorkerAsync();
        foreach (var host in new[] { deployment.Api, deployment.Sagas, worker })
        {
            await host.WaitForHealthAsync("live", HttpStatusCode.OK);
            await host.WaitForHealthAsync("ready", HttpStatusCode.ServiceUnavailable);
        }

        var (refused, type) = await SubmitAsync(deployment, torrent, peer);
        await deployment.Postgres.StartAgainAsync(Cancellation);
        await deployment.Sagas.WaitForLineAsync("schema");
        await Poll.UntilAsync(
            "the database is used",
            async _ => (await SubmitAsync(deployment, torrent, peer)).Status == HttpStatusCode.Created, TimeSpan.FromSeconds(30), Cancellation);
        await deployment.Broker.StartAgainAsync(Cancellation);
        await deployment.WaitUntilReadyAsync();
        var task = await deployment.WaitForAsync(torrent, task => (string?)task["state"] == "Completed");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (refused, type));
        Assert.Equal(Films.Shots, task["screenshots"]!.AsArray().Count);
        Assert.All(await deployment.StopAllAsync(), stopped => Assert.Equal(0, stopped.Code));
    }

    private static async Task<(HttpStatusCode Status, string? Type)> SubmitAsync(Deployment deployment, TestTorrent torrent, ScriptedPeer peer)
    {
        var clock = Stopwatch.StartNew();
        using var answer = await deployment.SubmitAsync(torrent, peer.Endpoint, Films.Shots);
        Assert.True(clock.Elapsed < Prompt, $"POST took {clock.Elapsed}");
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType);
    }
}
