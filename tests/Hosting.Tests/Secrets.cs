using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EventTorrent.TestKit;
using Npgsql;

namespace EventTorrent.Hosting.Tests;

/// <summary>What must be in no line of any log, however much is said and whatever goes wrong.</summary>
public sealed class Secrets
{
    private static readonly (string, string)[] Talkative =
    [
        ("Logging:LogLevel:Default", "Debug"), ("Logging:LogLevel:MassTransit", "Debug"), ("Logging:LogLevel:Npgsql", "Debug"),
        ("Logging:LogLevel:Microsoft.EntityFrameworkCore", "Debug"), ("Logging:Console:FormatterName", "json"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Are_in_no_line_of_any_process_that_works_or_loses_broker_and_database()
    {
        var (node, turn, proxy, passkey) = (New(), New(), New(), New());
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var peer = new ScriptedPeer(torrent);
        await using var deployment = await Deployment.CreateAsync();
        var database = new NpgsqlConnectionStringBuilder(deployment.ConnectionString).Password!;
        await deployment.StartApiAndSagasAsync(Talkative);
        var worker = await deployment.StartWorkerAsync(Talkative);
        await deployment.StartAsync("Workers.Download", [.. Talkative, ("Torrents:Proxy", $"socks5://somebody:{proxy}@127.0.0.1:9")]);
        await deployment.StartAsync("Workers.Transcode", Talkative);
        await deployment.StartAsync(
            "Signaling",
            [.. Talkative, ("Signaling:NodeKeys:main", node), ("Signaling:TurnSecret", turn), ("Signaling:IceServers:0", "turn:127.0.0.1:3478")]);
        await deployment.WaitUntilReadyAsync();

        using var answer = await deployment.Api.Client.PostAsJsonAsync(
            "/tasks/",
            new { magnet = torrent.Magnet(peer.Endpoint) + "&tr=" + Uri.EscapeDataString($"http://127.0.0.1:9/{passkey}/announce"), shots = Films.Shots },
            Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        await deployment.WaitForAsync(torrent, task => (string?)task["state"] == "Completed");
        await deployment.Broker.StopAsync(Cancellation);
        await deployment.Postgres.StopAsync(Cancellation);
        await deployment.Sagas.WaitForLineAsync("could not look for work now");
        await worker.WaitForLineAsync("could not be published now");

        foreach (var secret in new[] { deployment.Broker.Password, database, node, turn, proxy, passkey, "magnet:", "/announce" })
        {
            Assert.DoesNotContain(secret, deployment.Log, StringComparison.Ordinal);
        }

        // Of the same lines: they can be read by a program, and say of which torrent they are.
        var lines = worker.Log.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.True(lines.Count >= 10, worker.Log);
        Assert.Contains(lines, line => (line["Scopes"]?.AsArray() ?? []).OfType<JsonObject>().Any(scope =>
            scope["Infohash"]?.ToString() == torrent.Infohash && scope["Step"]?.ToString() == "Screenshots"));
    }

    private static string New() => RandomNumberGenerator.GetHexString(24, lowercase: true);
}
