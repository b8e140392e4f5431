using System.Text.Json.Nodes;
using EventTorrent.TestKit;

namespace EventTorrent.Signaling.Tests;

/// <summary>Two Signaling processes on a real broker: the node is connected to one of them, the viewer to the other.</summary>
public sealed class SeveralProcesses
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_meets_the_node_of_another_process_whichever_started_first()
    {
        await using var bus = await StartAsync();
        await using var first = await SignalingHost.StartAsync(bus.Address);
        await using var node = await first.ConnectNodeAsync();
        await using var second = await SignalingHost.StartAsync(bus.Address);
        await using var viewer = await second.ConnectAsync();

        var session = await OfferUntilAcceptedAsync(viewer, node);
        await viewer.SendAsync("ViewerSignal", new { type = "candidate", session, candidate = "candidate:1", mid = "0" });
        var (offer, candidate) = (await node.NextSignalAsync(), await node.NextSignalAsync());
        for (var number = 0; number < 20; number++)
        {
            await node.SendAsync("NodeSignal", new { type = "candidate", session, candidate = $"candidate:{number}", mid = "0" });
        }

        Assert.Equal(("offer", session, HubPeerExtensions.Sdp), ((string?)offer["type"], (string?)offer["session"], (string?)offer["sdp"]));
        Assert.Equal("candidate:1", (string?)candidate["candidate"]);
        for (var number = 0; number < 20; number++)
        {
            Assert.Equal($"candidate:{number}", (string?)(await viewer.NextSignalAsync())["candidate"]);
        }
    }

    [Fact]
    public async Task A_node_that_comes_back_at_another_process_is_found_there_and_one_that_left_is_offline()
    {
        await using var bus = await StartAsync();
        await using var first = await SignalingHost.StartAsync(bus.Address);
        await using var second = await SignalingHost.StartAsync(bus.Address);
        await using var viewer = await first.ConnectAsync();
        await using var former = await first.ConnectNodeAsync();
        await OfferUntilAcceptedAsync(viewer, former);

        await using var node = await second.ConnectNodeAsync();
        await UntilAsync("the former is put out", node, () => Task.FromResult(former.HasEnded));
        var session = await OfferUntilAcceptedAsync(viewer, node);
        Assert.Equal(session, (string?)(await node.NextSignalAsync())["session"]);

        await node.DisposeAsync();
        JsonNode answer;
        do
        {
            answer = await viewer.OfferAsync(Tickets.Of());
            // Accepted while the word that it left is on its way: then the process that had it says so.
            if ((string?)answer["type"] == "accepted")
            {
                Assert.Equal("node-offline", (string?)(await viewer.NextSignalAsync())["code"]);
            }
        }
        while ((string?)answer["type"] == "accepted");
        Assert.Equal("node-offline", (string?)answer["code"]);
    }

    [Fact]
    public async Task A_process_declares_a_queue_of_its_own_that_goes_with_it_and_none_for_errors()
    {
        await using var bus = await StartAsync();
        await using (var host = await SignalingHost.StartAsync(bus.Address))
        {
            await host.WaitForBusAsync();
            await bus.WaitForQueuesAsync(1);
            var queue = Assert.Single(await bus.QueuesAsync());
            Assert.Matches("^signaling-[0-9a-f]{12}$", (string?)queue["name"]);
            Assert.False((bool)queue["durable"]!);
        }

        await bus.WaitForQueuesAsync(0);
    }

    private static async Task<string> OfferUntilAcceptedAsync(HubPeer viewer, HubPeer node)
    {
        JsonNode? answer = null;
        await UntilAsync("the node is known", node, async () => (string?)(answer = await viewer.OfferAsync(Tickets.Of()))["type"] == "accepted");
        return (string)answer!["session"]!;
    }

    /// <summary>What one process has said may not have come to the other, whose queue was not there yet: so nodes say again and again that they are.</summary>
    private static Task UntilAsync(string what, HubPeer node, Func<Task<bool>> condition) => Poll.UntilAsync(
        what,
        async _ =>
        {
            await node.InvokeAsync("NodeAlive", new { sessions = 0 });
            return await condition();
        },
        Deadline, Cancellation);

    private static async Task<VirtualHost> StartAsync()
    {
        Assert.SkipWhen(LocalBroker.Missing is not null, LocalBroker.Missing ?? "");
        var broker = await SharedServers.BrokerAsync();
        return new VirtualHost(broker, await broker.CreateVirtualHostAsync(Cancellation));
    }

    private sealed record VirtualHost(LocalBroker Broker, Uri Address) : IAsyncDisposable
    {
        public async Task<IReadOnlyList<JsonNode>> QueuesAsync() =>
            [.. (await Broker.AskAsync($"queues{Address.AbsolutePath}", Cancellation)).AsArray().Select(queue => queue!).Where(queue => !((string)queue["name"]!).Contains("_bus_", StringComparison.Ordinal))];

        public Task WaitForQueuesAsync(int count) =>
            Poll.UntilAsync($"there are {count} queues", async _ => (await QueuesAsync()).Count == count, TimeSpan.FromSeconds(90), Cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
