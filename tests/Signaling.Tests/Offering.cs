using System.Text.Json.Nodes;
using EventTorrent.TestKit;

namespace EventTorrent.Signaling.Tests;

public sealed class Offering
{
    private const string StunOnly = """[{"urls":["stun:stun.example:3478"],"username":null,"credential":null}]""";

    [Fact]
    public async Task Viewer_and_node_hear_of_each_other_and_of_nothing_else()
    {
        await using var host = await SignalingHost.StartAsync(settings: ("Signaling:IceServers:0", "stun:stun.example:3478"));
        await using var node = await host.ConnectNodeAsync();
        await using var viewer = await host.ConnectAsync();
        var ticket = Tickets.Of();

        var accepted = await viewer.OfferAsync(ticket);
        var session = (string)accepted["session"]!;
        await viewer.SendAsync("ViewerSignal", new { type = "candidate", session, candidate = "candidate:1", mid = "0", other = 1 });
        var offer = await node.NextSignalAsync();
        var candidate = await node.NextSignalAsync();
        await node.SendAsync("NodeSignal", new { type = "answer", session, sdp = "v=0 answer" });
        await node.SendAsync("NodeSignal", new { type = "candidate", session, candidate = "candidate:2", mid = "0" });

        Assert.Equal("accepted", (string?)accepted["type"]);
        AssertSame(new { type = "offer", session, sdp = HubPeerExtensions.Sdp, ticket, iceServers = JsonNode.Parse(StunOnly) }, offer);
        AssertSame(new { type = "candidate", session, candidate = "candidate:1", mid = "0" }, candidate);
        AssertSame(new { type = "answer", session, sdp = "v=0 answer" }, await viewer.NextSignalAsync());
        AssertSame(new { type = "candidate", session, candidate = "candidate:2", mid = "0" }, await viewer.NextSignalAsync());
    }

    [Fact]
    public async Task What_a_node_has_against_an_offer_comes_to_the_viewer()
    {
        await using var host = await SignalingHost.StartAsync();
        await using var node = await host.ConnectNodeAsync();
        await using var viewer = await host.ConnectAsync();
        var session = (string)(await viewer.OfferAsync(Tickets.Of()))["session"]!;

        await node.SendAsync("NodeSignal", new { type = "error", session, code = "made-up" });
        await node.SendAsync("NodeSignal", new { type = "error", session, code = "node-busy" });

        AssertSame(new { type = "error", session, code = "node-busy" }, await viewer.NextSignalAsync());
    }

    [Fact]
    public async Task A_volume_without_a_node_is_said_apart_from_one_whose_node_is_away()
    {
        await using var host = await SignalingHost.StartAsync();
        await using var viewer = await host.ConnectAsync();

        var nobody = await viewer.OfferAsync(Tickets.Of("unheard-of"));
        var notYet = await viewer.OfferAsync(Tickets.Of());
        await (await host.ConnectNodeAsync()).DisposeAsync();
        // The hub notices the end of a connection in its own time.
        JsonNode gone;
        do
        {
            gone = await viewer.OfferAsync(Tickets.Of());
        }
        while ((string?)gone["type"] == "accepted");

        Assert.Equal(("no-node", "node-offline", "node-offline"), ((string?)nobody["code"], (string?)notYet["code"], (string?)gone["code"]));
    }

    [Fact]
    public async Task A_node_that_is_connected_and_not_heard_of_is_offline_until_it_is_heard_of_again()
    {
        var time = new ShiftedTime();
        await using var host = await SignalingHost.StartAsync(time: time);
        await using var node = await host.ConnectNodeAsync();
        await using var viewer = await host.ConnectAsync();

        time.Advance(TimeSpan.FromSeconds(30));
        var silent = await viewer.OfferAsync(Tickets.Of(left: TimeSpan.FromHours(1)));
        time.Advance(TimeSpan.FromSeconds(10));
        var offline = await viewer.OfferAsync(Tickets.Of(left: TimeSpan.FromHours(1)));
        await node.InvokeAsync("NodeAlive", new { sessions = 3 });
        var back = await viewer.OfferAsync(Tickets.Of(left: TimeSpan.FromHours(1)));

        Assert.Equal(("accepted", "node-offline", "accepted"), ((string?)silent["type"], (string?)offline["code"], (string?)back["type"]));
    }

    [Fact]
    public async Task A_ticket_that_is_over_or_is_none_does_not_reach_the_node()
    {
        await using var host = await SignalingHost.StartAsync();
        await using var node = await host.ConnectNodeAsync();
        await using var viewer = await host.ConnectAsync();
        string[] invalid =
        [
            "x", "a.b.c", Tickets.Of().Replace('.', '-'), Tickets.Of(volume: "../x"), Tickets.Of(task: "A1"), Tickets.Sign(new { aud = "somebody" }),
            Tickets.Sign("text"), $"{Tickets.Of()}.x", $"a.{new string('!', 20)}.c",
        ];

        var expired = await viewer.OfferAsync(Tickets.Of(left: TimeSpan.FromSeconds(-1)));
        foreach (var ticket in invalid)
        {
            Assert.Equal("ticket-invalid", (string?)(await viewer.OfferAsync(ticket))["code"]);
        }

        Assert.Equal("ticket-expired", (string?)expired["code"]);
        Assert.Equal("ticket-invalid", (string?)(await viewer.OfferAsync(new string('x', 3000)))["code"]);
        Assert.Equal("bad-offer", (string?)(await viewer.OfferAsync(Tickets.Of(), new string('x', 32_769)))["code"]);
        Assert.Equal("bad-offer", (string?)(await viewer.InvokeAsync("Offer", new { ticket = Tickets.Of() }))!["code"]);
        Assert.Equal("bad-offer", (string?)(await viewer.InvokeAsync("Offer", 7))!["code"]);
        Assert.Empty(await node.TakeSignalsAsync());
    }

    [Fact]
    public async Task A_message_beyond_every_limit_ends_the_connection()
    {
        await using var host = await SignalingHost.StartAsync();
        await using var viewer = await host.ConnectAsync();

        await viewer.SendAsync("Offer", new { sdp = new string('x', 70_000), ticket = "x" });

        await viewer.WaitForEndAsync();
    }

    [Fact]
    public async Task A_viewer_speaks_for_its_own_sessions_only_and_a_node_for_its_own_volume()
    {
        await using var host = await SignalingHost.StartAsync(settings: ("Signaling:NodeKeys:attic", "key-of-the-node-of-attic"));
        await using var node = await host.ConnectNodeAsync();
        await using var attic = await host.ConnectAsync("key-of-the-node-of-attic");
        await attic.InvokeAsync("RegisterNode", new { protocol = 1, volume = "attic", version = "1", maxSessions = 1 });
        await using var viewer = await host.ConnectAsync();
        await using var other = await host.ConnectAsync();
        var session = (string)(await viewer.OfferAsync(Tickets.Of()))["session"]!;

        await other.SendAsync("ViewerSignal", new { type = "bye", session });
        await other.InvokeAsync("IceServers");
        await attic.SendAsync("NodeSignal", new { type = "error", session, code = "node-busy" });
        await attic.InvokeAsync("IceServers");

        Assert.Equal(["offer"], (await node.TakeSignalsAsync()).Select(signal => (string?)signal["type"]));
        Assert.Empty(await viewer.TakeSignalsAsync());
    }

    [Fact]
    public async Task Candidates_of_a_session_are_bounded_and_malformed_ones_go_nowhere()
    {
        await using var host = await SignalingHost.StartAsync();
        await using var node = await host.ConnectNodeAsync();
        await using var viewer = await host.ConnectAsync();
        var session = (string)(await viewer.OfferAsync(Tickets.Of()))["session"]!;
        object[] malformed =
        [
            new { type = "candidate", session, candidate = "", mid = "0" }, new { type = "candidate", session, candidate = new string('x', 1025), mid = "0" },
            new { type = "candidate", session, candidate = "c", mid = "a b" }, new { type = "candidate", session = "../x", candidate = "c", mid = "0" },
            new { type = "answer", session, sdp = "v=0" }, new { type = "error", session, code = "node-busy" }, new { session }, new[] { session }, 5,
        ];

        foreach (var signal in malformed)
        {
            await viewer.SendAsync("ViewerSignal", signal);
        }

        for (var number = 0; number < 100; number++)
        {
            await viewer.SendAsync("ViewerSignal", new { type = "candidate", session, candidate = $"candidate:{number}", mid = "0" });
        }

        await viewer.InvokeAsync("IceServers");
        var came = await node.TakeSignalsAsync();
        Assert.Equal("offer", (string?)came[0]["type"]);
        Assert.Equal(Enumerable.Range(0, 72).Select(number => $"candidate:{number}"), came.Skip(1).Select(signal => (string?)signal["candidate"]));
    }

    [Fact]
    public async Task Attempts_of_one_viewer_and_of_one_address_are_bounded()
    {
        await using var host = await SignalingHost.StartAsync(
            time: new StoppedTime(), settings: [("Signaling:OffersPerMinute", "3"), ("Signaling:AddressOffersPerMinute", "5")]);
        await using var node = await host.ConnectNodeAsync();
        await using var first = await host.ConnectAsync();
        await using var second = await host.ConnectAsync();

        var answers = new List<string?>();
        foreach (var viewer in new[] { first, first, first, first, second, second, second })
        {
            var answer = await viewer.OfferAsync(Tickets.Of());
            answers.Add((string?)answer["code"] ?? (string?)answer["type"]);
        }

        Assert.Equal(["accepted", "accepted", "accepted", "too-many"], answers.Take(4));
        // What was refused for the viewer is not counted for its address; a bucket may have got a drop back meanwhile.
        Assert.Equal(["accepted", "accepted"], answers.Skip(4).Take(2));
    }

    [Fact]
    public async Task Viewers_of_one_address_are_bounded_and_nodes_are_none_of_them()
    {
        await using var host = await SignalingHost.StartAsync(settings: ("Signaling:MaxViewersPerAddress", "1"));
        await using var first = await host.ConnectAsync();
        await first.InvokeAsync("IceServers");

        await using var second = await host.ConnectAsync();
        await second.WaitForEndAsync();
        await using var node = await host.ConnectNodeAsync();
        await first.DisposeAsync();
        HubPeer third;
        do
        {
            third = await host.ConnectAsync();
        }
        while (!await IsServedAsync(third));
        await third.DisposeAsync();
    }

    [Fact]
    public async Task A_viewer_that_floods_the_hub_is_put_out()
    {
        await using var host = await SignalingHost.StartAsync(time: new StoppedTime(), settings: ("Signaling:OffersPerMinute", "1"));
        await using var viewer = await host.ConnectAsync();

        for (var number = 0; number < 200; number++)
        {
            await viewer.SendAsync("ViewerSignal", new { type = "bye", session = "none" }).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        await viewer.WaitForEndAsync();
    }

    /// <summary>What was spent does not come back, however slow the machine is.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => 0;
    }

    private static async Task<bool> IsServedAsync(HubPeer viewer)
    {
        try
        {
            await viewer.InvokeAsync("IceServers");
            return true;
        }
        catch (Exception refused) when (refused is System.Threading.Channels.ChannelClosedException or System.Net.WebSockets.WebSocketException)
        {
            await viewer.DisposeAsync();
            return false;
        }
    }

    private static void AssertSame(object expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(System.Text.Json.JsonSerializer.SerializeToNode(expected), actual), actual.ToJsonString());
}
