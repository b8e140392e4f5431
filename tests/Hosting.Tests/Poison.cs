using System.Diagnostics;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

/// <summary>Messages that nobody of ours would send, put into every queue.</summary>
public sealed class Poison
{
    private const int LargeBytes = 10 * 1024 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Each queue with the type that its endpoint knows, and a member that the type needs.</summary>
    public static TheoryData<string, string, string> Endpoints => new()
    {
        { Queues.Saga, "EventTorrent.Contracts:StepStarted", "taskId" },
        { Queues.Dispatcher, "EventTorrent.Contracts:WorkerAlive", "worker" },
        { Queues.ScreenshotWork, "EventTorrent.Contracts:TakeScreenshots", "taskId" },
        { Queues.DownloadWork, "EventTorrent.Contracts:DownloadTorrent", "taskId" },
        { Queues.TranscodeOn("main"), "EventTorrent.Contracts:TranscodeVideo", "taskId" },
        { Queues.ScreenshotStore, "EventTorrent.Contracts:StoreScreenshot", "taskId" },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Ends_beside_its_queue_by_name_and_spoils_nothing_else(string queue, string type, string member)
    {
        var torrent = await Films.TorrentAsync(Cancellation);
        await using var peer = new ScriptedPeer(torrent);
        await using var system = await WholeSystem.StartAsync();
        await using var raw = await RawQueue.ConnectAsync(system.Address);
        using var process = Process.GetCurrentProcess();
        var before = process.WorkingSet64;

        await raw.SendAsync(queue, "{ \"messageType\": [");
        await raw.SendAsync(queue, RawQueue.Envelope("Some.Where:Else", new { taskId = Guid.NewGuid() }));
        await raw.SendAsync(queue, RawQueue.Envelope(type, new { }));
        await raw.SendAsync(queue, RawQueue.Envelope(type, Complete(type, Guid.Empty)));
        await raw.SendAsync(queue, RawQueue.Envelope(type, new { padding = new string('x', LargeBytes) }));
        using var answer = await system.Client.PostAsJsonAsync("/tasks/", new { magnet = torrent.Magnet(peer.Endpoint), shots = Films.Shots }, Cancellation);
        await UntilAsync(system, $"/tasks/{torrent.Infohash}", task => (string?)task["state"] == "Completed");
        var hasId = member == "taskId";
        await UntilAsync(system, "/stats", stats => stats["broker"]!["queues"]!.AsArray()
            .SingleOrDefault(one => (string?)one!["name"] == queue) is { } one && (long)one["errors"]! >= (hasId ? 4 : 3) && (long)one["skipped"]! == 1);

        var errors = await raw.TakeErrorsAsync(queue);
        Assert.Equal(hasId ? 4 : 3, errors.Count);
        Assert.Contains(errors, error => error.Contains(member, StringComparison.OrdinalIgnoreCase) && error.Contains("missing", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("the limit is", StringComparison.Ordinal));
        Assert.Equal(hasId, errors.Any(error => error.Contains("without taskId", StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(errors, error => error.Contains("Object reference", StringComparison.Ordinal));
        // Workers may be telling the Dispatcher at this moment that they are there.
        await Poll.UntilAsync("the queue is empty", async _ => await raw.CountAsync(queue) == 0u, Deadline, Cancellation);
        process.Refresh();
        Assert.InRange(process.WorkingSet64 - before, long.MinValue, 300L * 1024 * 1024);
    }

    [Fact]
    public async Task Words_that_nobody_knows_are_no_fault_of_the_machine()
    {
        await using var system = await WholeSystem.StartAsync();
        await using var raw = await RawQueue.ConnectAsync(system.Address);
        using var answer = await system.Client.PostAsJsonAsync("/tasks/", new { infohash = new string('a', 40) }, Cancellation);
        var infohash = Infohash.Parse(new string('a', 40));
        // Before the lease is there, a report under it is nobody's.
        await UntilAsync(system, $"/tasks/{infohash}", task => (string?)task["state"] == "Fetching");
        var failed = new StepFailed(infohash.ToTaskId(), infohash.ToString(), "Cooking", 0, 1, "TooHot", "It burnt.", 0, null);

        await raw.SendAsync(Queues.Saga, RawQueue.Envelope("EventTorrent.Contracts:StepFailed", failed));
        await raw.SendAsync(Queues.Saga, RawQueue.Envelope("EventTorrent.Contracts:StepFailed", failed with { Step = "Screenshots", Lease = 1 }));
        await UntilAsync(system, $"/tasks/{infohash}", task => (string?)task["failure"]?["kind"] == nameof(FailureKind.InternalError));

        Assert.Equal(0u, await raw.CountAsync(Queues.Saga));
        Assert.Empty(await raw.TakeErrorsAsync(Queues.Saga));
    }

    private static JsonObject Complete(string type, Guid taskId)
    {
        var infohash = new string('a', 40);
        object message = type.Split(':')[1] switch
        {
            nameof(StepStarted) => new StepStarted(taskId, infohash, "Screenshots", 0, 1, "w", null),
            nameof(TakeScreenshots) => new TakeScreenshots(taskId, infohash, 0, 1, null, [], 1, [], "Blocks", null, [], [], null),
            nameof(DownloadTorrent) => new DownloadTorrent(taskId, infohash, 0, 1, [], null, null, [], [], null),
            nameof(TranscodeVideo) => new TranscodeVideo(taskId, infohash, 0, 1, "main", 0, "a.mkv", [], null, null, null, null),
            nameof(StoreScreenshot) => new StoreScreenshot(taskId, infohash, 0, 1, 0, 0, default, default, 1, 1, false, [0xFF, 0xD8, 0xFF]),
            _ => new WorkerAlive("w", "h", "Screenshots", null, 1, 0, null, "1", DateTimeOffset.UnixEpoch, null, null, null),
        };
        return System.Text.Json.JsonSerializer.SerializeToNode(message, message.GetType(), System.Text.Json.JsonSerializerOptions.Web)!.AsObject();
    }

    private static async Task UntilAsync(WholeSystem system, string path, Predicate<JsonNode> condition)
    {
        JsonNode last = new JsonObject();
        await Poll.UntilAsync(
            $"{path} is as expected",
            async token => condition(last = (await system.Client.GetFromJsonAsync<JsonNode>(path, token))!), Deadline, Cancellation, () => last.ToJsonString());
    }
}
