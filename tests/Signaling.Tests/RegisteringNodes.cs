using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace EventTorrent.Signaling.Tests;

public sealed class RegisteringNodes
{
    private static readonly object Registration = new { protocol = 1, volume = SignalingHost.Volume, version = "1", maxSessions = 8 };

    [Theory]
    [InlineData("another-key-of-some-node")]
    [InlineData("")]
    [InlineData("key-of-the-node-of-main2")]
    public async Task A_key_that_is_none_of_ours_is_refused_before_the_handshake(string key)
    {
        await using var host = await SignalingHost.StartAsync();

        var refused = await Assert.ThrowsAsync<WebSocketException>(() => host.ConnectAsync(key));

        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_site_is_refused_unless_its_origin_is_allowed()
    {
        await using var host = await SignalingHost.StartAsync(settings: ("Signaling:AllowedOrigins:0", "https://watch.example"));

        var refused = await Assert.ThrowsAsync<WebSocketException>(() => host.ConnectAsync(origin: "https://evil.example"));
        await using var allowed = await host.ConnectAsync(origin: "https://watch.example");
        await using var own = await host.ConnectAsync(origin: host.Address.GetLeftPart(UriPartial.Authority));

        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
        Assert.Empty((await allowed.InvokeAsync("IceServers"))!.AsArray());
        Assert.Empty((await own.InvokeAsync("IceServers"))!.AsArray());
    }

    [Fact]
    public async Task A_key_speaks_for_its_own_volume_only()
    {
        await using var host = await SignalingHost.StartAsync(settings: ("Signaling:NodeKeys:attic", "key-of-the-node-of-attic"));
        await using var node = await host.ConnectAsync("key-of-the-node-of-attic");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => node.InvokeAsync("RegisterNode", Registration));

        Assert.Contains("foreign-volume", refused.Message, StringComparison.Ordinal);
        await using var viewer = await host.ConnectAsync();
        Assert.Equal("node-offline", (string?)(await viewer.OfferAsync(Tickets.Of()))["code"]);
    }

    [Fact]
    public async Task A_key_may_be_kept_as_its_hash_and_two_may_be_good_while_one_is_replaced()
    {
        const string Other = "the-next-key-of-the-node";
        var hash = $"sha256:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Other)))}";
        await using var host = await SignalingHost.StartAsync(settings: ($"Signaling:NodeKeys:{SignalingHost.Volume}", $"{SignalingHost.NodeKey} {hash}"));

        await using var first = await host.ConnectAsync(SignalingHost.NodeKey);
        await using var second = await host.ConnectAsync(Other);

        await first.InvokeAsync("RegisterNode", Registration);
        await second.InvokeAsync("RegisterNode", Registration);
    }

    [Fact]
    public async Task A_viewer_can_neither_register_nor_speak_as_a_node()
    {
        await using var host = await SignalingHost.StartAsync();
        await using var node = await host.ConnectNodeAsync();
        await using var viewer = await host.ConnectAsync();
        var session = (string?)(await viewer.OfferAsync(Tickets.Of()))["session"];
        await using var other = await host.ConnectAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => other.InvokeAsync("RegisterNode", Registration));
        await other.SendAsync("NodeSignal", new { type = "error", session, code = "node-busy" });
        await other.InvokeAsync("IceServers");

        Assert.Empty(await viewer.TakeSignalsAsync());
    }

    [Theory]
    [InlineData("""{"protocol":2,"volume":"main","version":"1","maxSessions":8}""")]
    [InlineData("""{"protocol":1,"volume":"","version":"1","maxSessions":8}""")]
    [InlineData("""{"protocol":1,"volume":"main","version":"1","maxSessions":0}""")]
    [InlineData("""{"protocol":1,"volume":["main"],"version":"1","maxSessions":8}""")]
    [InlineData("\"main\"")]
    public async Task A_registration_that_is_malformed_is_refused(string registration)
    {
        await using var host = await SignalingHost.StartAsync();
        await using var node = await host.ConnectAsync(SignalingHost.NodeKey);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => node.InvokeAsync("RegisterNode", System.Text.Json.Nodes.JsonNode.Parse(registration)!));

        Assert.Contains("bad-registration", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_registers_again_takes_the_place_of_its_former_connection()
    {
        await using var host = await SignalingHost.StartAsync();
        await using var former = await host.ConnectNodeAsync();

        await using var node = await host.ConnectNodeAsync();

        await former.WaitForEndAsync();
        await using var viewer = await host.ConnectAsync();
        var session = (string?)(await viewer.OfferAsync(Tickets.Of()))["session"];
        Assert.Equal(session, (string?)(await node.NextSignalAsync())["session"]);
    }
}
