using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EventTorrent.Hosting.Tests;

/// <summary>What must be in no line of any log, in no metric and in no answer, however much is said and whatever goes wrong.</summary>
public sealed class Secrets
{
    private const string Volume = "main";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly (string, string)[] Talkative =
    [
        ("Logging:LogLevel:Default", "Debug"), ("Logging:LogLevel:MassTransit", "Debug"), ("Logging:LogLevel:Npgsql", "Debug"),
        ("Logging:LogLevel:Microsoft.EntityFrameworkCore", "Debug"), ("Logging:Console:FormatterName", "json"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Are_in_no_log_metric_refusal_or_error_queue_of_processes_that_work_or_lose_broker_and_database()
    {
        var (node, turn, proxy, passkey, hook, admin) = (New(), New(), New(), New(), New(), New() + New());
        var webhooks = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var peer = new ScriptedPeer(torrent);
        await using var deployment = await Deployment.CreateAsync();
        await deployment.StartApiAndSagasAsync(
        [
            .. Talkative, ("Api:AdminKey", admin), ("Webhooks:Secret", $"whsec_{webhooks}"), ("Webhooks:AllowPrivateNetworks", "true"),
        ]);
        deployment.Api.Client.DefaultRequestHeaders.Authorization = new("Bearer", admin);
        var worker = await deployment.StartWorkerAsync(Talkative);
        await deployment.StartAsync("Workers.Download", [.. Talkative, ("Torrents:Proxy", $"socks5://somebody:{proxy}@127.0.0.1:9")]);
        await deployment.StartAsync("Workers.Transcode", Talkative);
        await deployment.WaitUntilReadyAsync();
        var signaling = await deployment.StartAsync(
            "Signaling",
            [
                .. Talkative, ("Signaling:NodeKeys:main", node), ("Signaling:TurnSecret", turn), ("Signaling:IceServers:0", "turn:127.0.0.1:3478"),
                ("Signaling:TicketKeys", Path.Combine(deployment.DataDirectory, "tickets", "public.json")),
            ]);
        await deployment.WaitUntilReadyAsync();
        using var door = new TalkativeVisitor(deployment.Api.Client.BaseAddress!, admin);
        var tracker = $"http://127.0.0.1:9/{passkey}/announce";

        using var answer = await deployment.Api.Client.PostAsJsonAsync(
            "/tasks/",
            new { magnet = torrent.Magnet(peer.Endpoint) + "&tr=" + Uri.EscapeDataString(tracker), shots = Films.Shots, webhook = $"http://127.0.0.1:9/{hook}" },
            Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        await deployment.WaitForAsync(torrent, task =>
            (string?)task["state"] == "Completed" && task["webhooks"]!.AsArray().Any(one => (int)one!["attempts"]! > 0 && one["last_error"] is not null));
        await MakePlayableAsync(deployment, torrent);
        var (key, cookie, ticket) = await door.UseKeysAndTicketsAsync(torrent.Infohash);
        var hub = signaling.Client.BaseAddress!;
        using var server = await SignalingCaller.ConnectAsync(hub, node);
        await server.CallAsync("RegisterNode", new { protocol = 1, volume = Volume, version = "1", maxSessions = 1 });
        using var caller = await SignalingCaller.ConnectAsync(hub, nodeKey: null);
        var relays = await caller.CallAsync("IceServersFor", new { ticket });
        var credential = (string)relays["result"]!.AsArray().Single(server => server!["credential"] is not null)!["credential"]!;
        var description = New();
        var offered = await caller.CallAsync("Offer", new { ticket, sdp = $"v=0 {description}" });
        Assert.NotNull((string?)offered["result"]!["session"]);

        var secrets = new Dictionary<string, string>
        {
            ["broker's password"] = deployment.Broker.Password,
            ["database's password"] = new NpgsqlConnectionStringBuilder(deployment.ConnectionString).Password!,
            ["node's key"] = node,
            ["TURN secret"] = turn,
            ["TURN credential"] = credential,
            ["proxy's password"] = proxy,
            ["admin's key"] = admin,
            ["key"] = key,
            ["session"] = cookie,
            ["ticket"] = ticket,
            ["ticket's private key"] = await ReadPrivateKeyAsync(deployment),
            ["webhooks' secret"] = webhooks,
            ["webhook's address"] = hook,
            ["SDP"] = description,
            ["wrong key"] = door.WrongKey,
            ["passkey"] = passkey,
            ["magnet"] = "magnet:",
            ["announce"] = "/announce",
        };
        // A queue for errors keeps a whole message, and in it the trackers that a command must name.
        string[] inCommands = ["passkey", "announce"];
        Assert.All(secrets.Values, secret => Assert.True(secret.Length >= 7));

        await door.BeRefusedAsync(torrent.Infohash, tracker, hook);
        foreach (var host in deployment.Hosts)
        {
            var text = await host.Client.GetStringAsync("/metrics", Cancellation);
            Assert.Contains("dotnet_", text, StringComparison.Ordinal);
            AssertNone(secrets, text, "metrics");
        }

        await AssertNoErrorTellsAsync(deployment, tracker, secrets, inCommands);
        await deployment.Broker.StopAsync(Cancellation);
        await deployment.Postgres.StopAsync(Cancellation);
        await deployment.Sagas.WaitForLineAsync("could not look for work now");
        await worker.WaitForLineAsync("could not be published now");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await door.AskAsync(HttpMethod.Get, $"/tasks/{torrent.Infohash}", admin));

        AssertNone(secrets, door.Refusals, "a refusal");
        Assert.All(deployment.Hosts, host => Assert.Contains("\"LogLevel\":\"Debug\"", host.Log, StringComparison.Ordinal));
        AssertNone(secrets, deployment.Log, "a log");

        // Of the same lines: they can be read by a program, and say of which torrent they are.
        var lines = worker.Log.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.True(lines.Count >= 10, worker.Log);
        Assert.Contains(lines, line => (line["Scopes"]?.AsArray() ?? []).OfType<JsonObject>().Any(scope =>
            scope["Infohash"]?.ToString() == torrent.Infohash && scope["Step"]?.ToString() == "Screenshots"));
    }

    /// <summary>A message that breaks off in each queue, one that nobody knows, and one whose work can't begin.</summary>
    private static async Task AssertNoErrorTellsAsync(
        Deployment deployment, string tracker, IReadOnlyDictionary<string, string> secrets, IReadOnlyCollection<string> inCommands)
    {
        await using var raw = await RawQueue.ConnectAsync(deployment.BusAddress);
        string[] queues = [.. Queues.All, .. Queues.Of(Volume)];
        foreach (var queue in queues)
        {
            await raw.SendAsync(queue, $$"""{ "trackers": [ "{{tracker}}", """);
            await raw.SendAsync(queue, RawQueue.Envelope("Some.Where:Else", new { tracker }));
        }

        await raw.SendAsync(Queues.ScreenshotWork, RawQueue.Envelope(
            "EventTorrent.Contracts:TakeScreenshots",
            new TakeScreenshots(Guid.NewGuid(), "no infohash", 0, 1, null, [], 1, [], "Blocks", null, [tracker], [], null)));
        foreach (var queue in queues)
        {
            var expected = queue == Queues.ScreenshotWork ? 2u : 1u;
            await Poll.UntilAsync($"{queue} has its errors", async _ => await raw.CountAsync(ErrorQueues.ErrorsOf(queue)) >= expected, Deadline, Cancellation);
            await Poll.UntilAsync($"{queue} has skipped one", async _ => await raw.CountAsync(ErrorQueues.SkippedOf(queue)) >= 1u, Deadline, Cancellation);
            foreach (var (headers, body) in (await raw.TakeAsync(ErrorQueues.ErrorsOf(queue))).Concat(await raw.TakeAsync(ErrorQueues.SkippedOf(queue))))
            {
                AssertNone(secrets, headers, $"a header beside {queue}");
                AssertNone(secrets.Where(secret => !inCommands.Contains(secret.Key)), body, $"a message beside {queue}");
            }
        }
    }

    /// <summary>As it is, as a line of JSON has it, and as an address has it.</summary>
    private static void AssertNone(IEnumerable<KeyValuePair<string, string>> secrets, string text, string place)
    {
        foreach (var (name, secret) in secrets)
        {
            foreach (var form in new[] { secret, JsonEncodedText.Encode(secret).Value, Uri.EscapeDataString(secret) }.Distinct())
            {
                var at = text.IndexOf(form, StringComparison.OrdinalIgnoreCase);
                Assert.True(at < 0, $"The {name} is in {place}: {(at < 0 ? "" : text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 300)])}");
            }
        }
    }

    /// <summary>As if its stream had been made, so that there are tickets for it.</summary>
    private static async Task MakePlayableAsync(Deployment deployment, TestTorrent torrent)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Provider"] = "Postgres",
            ["Storage:ConnectionString"] = deployment.ConnectionString,
        }).Build();
        await using var services = new ServiceCollection().AddLogging().AddTorrentStorage(configuration).BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TorrentDb>();
        var task = await db.Tasks.AsNoTracking().Include(task => task.Files).SingleAsync(task => task.Infohash == torrent.Infohash, Cancellation);
        db.WorkItems.Add(new WorkItem
        {
            TaskId = task.CorrelationId,
            Step = Step.Transcode,
            State = WorkItemState.Done,
            FileIndex = task.Files[0].Index,
            BoundVolume = Volume,
            CreatedAt = task.CreatedAt,
        });
        await db.SaveChangesAsync(Cancellation);
        // Whatever else is written to the row meanwhile.
        await db.Tasks.Where(row => row.CorrelationId == task.CorrelationId)
            .ExecuteUpdateAsync(row => row.SetProperty(one => one.CurrentState, nameof(TaskState.Playable)), Cancellation);
    }

    /// <returns>A line of it.</returns>
    private static async Task<string> ReadPrivateKeyAsync(Deployment deployment) =>
        (await File.ReadAllLinesAsync(Path.Combine(deployment.DataDirectory, "tickets", "1.pem"), Cancellation)).First(line => !line.StartsWith('-'));

    private static string New() => RandomNumberGenerator.GetHexString(24, lowercase: true);
}
