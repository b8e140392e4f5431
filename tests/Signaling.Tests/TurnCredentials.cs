using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EventTorrent.TestKit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Signaling.Tests;

public sealed class TurnCredentials
{
    private const string Secret = "a-secret-of-coturn";

    [Fact]
    public void They_are_what_coturn_makes_of_the_same_secret()
    {
        var options = new SignalingOptions { TurnSecret = Secret, TurnLifetime = TimeSpan.FromSeconds(600) };
        options.IceServers.Add("stun:a.example:3478");
        options.IceServers.Add("turn:a.example:3478?transport=udp");
        options.IceServers.Add("turns:a.example:5349");
        var servers = new IceServerList(Options.Create(options), new Noon()).For("viewer-1");

        Assert.Equal(2, servers.Count);
        Assert.Equal(["stun:a.example:3478"], servers[0].Urls);
        Assert.Equal((null, null), (servers[0].Username, servers[0].Credential));
        Assert.Equal(["turn:a.example:3478?transport=udp", "turns:a.example:5349"], servers[1].Urls);
        Assert.Equal("1764200000:viewer-1", servers[1].Username);
        // printf '1764200000:viewer-1' | openssl dgst -sha1 -hmac a-secret-of-coturn -binary | base64
        Assert.Equal("k/Q9en9UER/i+x0cABOJmxrNtMw=", servers[1].Credential);
    }

    [Fact]
    public async Task Both_ends_get_them_and_each_its_own()
    {
        await using var host = await SignalingHost.StartAsync(settings: [("Signaling:IceServers:0", "turn:a.example:3478"), ("Signaling:TurnSecret", Secret)]);
        await using var node = await host.ConnectNodeAsync();
        await using var viewer = await host.ConnectAsync();

        var ofViewer = (await viewer.InvokeAsync("IceServersFor", new { ticket = Tickets.Of() }))![0]!;
        await viewer.OfferAsync(Tickets.Of());
        var ofNode = (await node.NextSignalAsync())["iceServers"]![0]!;

        foreach (var server in new[] { ofViewer, ofNode })
        {
            var username = (string)server["username"]!;
            Assert.InRange(long.Parse(username.Split(':')[0], null), DateTimeOffset.UtcNow.ToUnixTimeSeconds(), DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 601);
            Assert.Equal(20, Convert.FromBase64String((string)server["credential"]!).Length);
        }

        Assert.NotEqual((string?)ofViewer["username"], (string?)ofNode["username"]);
    }

    [Fact]
    public async Task Without_a_good_ticket_there_is_no_relay()
    {
        await using var host = await SignalingHost.StartAsync(settings:
        [
            ("Signaling:IceServers:0", "stun:a.example:3478"), ("Signaling:IceServers:1", "turn:a.example:3478"), ("Signaling:TurnSecret", Secret),
        ]);
        await using var viewer = await host.ConnectAsync();

        await AssertNoRelayAsync(viewer.InvokeAsync("IceServers"));
        foreach (var question in new object[] { new { }, new { ticket = 1 }, new { ticket = "a.b.c" }, new { ticket = Tickets.Of(left: TimeSpan.FromSeconds(-5)) }, "text" })
        {
            await AssertNoRelayAsync(viewer.InvokeAsync("IceServersFor", question));
        }
    }

    [Fact]
    public async Task Where_the_hub_knows_the_keys_a_ticket_must_be_signed_by_one_of_them()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder["keys.json"], Tickets.KeySet(key, "k1"), SignalingHost.Token);
        await using var host = await SignalingHost.StartAsync(settings:
        [
            ("Signaling:IceServers:0", "turn:a.example:3478"), ("Signaling:TurnSecret", Secret), ("Signaling:TicketKeys", folder["keys.json"]),
        ]);
        await using var node = await host.ConnectNodeAsync();
        await using var viewer = await host.ConnectAsync();
        async Task<(int Servers, string? Offer)> AskAsync(string ticket) =>
            ((await viewer.InvokeAsync("IceServersFor", new { ticket }))!.AsArray().Count, (string?)(await viewer.OfferAsync(ticket))["code"]);

        Assert.Equal((1, null), await AskAsync(Tickets.SignedBy(key, "k1")));
        Assert.Equal((0, "ticket-invalid"), await AskAsync(Tickets.SignedBy(next, "k1")));
        Assert.Equal((0, "ticket-invalid"), await AskAsync(Tickets.SignedBy(next, "k2")));
        Assert.Equal((0, "ticket-invalid"), await AskAsync(Tickets.Of()));
        Assert.Equal((0, "ticket-expired"), await AskAsync(Tickets.SignedBy(key, "k1", left: TimeSpan.FromSeconds(-5))));

        await File.WriteAllTextAsync(folder["next.json"], Tickets.KeySet(next, "k2-is-longer"), SignalingHost.Token);
        File.Move(folder["next.json"], folder["keys.json"], overwrite: true);
        Assert.Equal((1, null), await AskAsync(Tickets.SignedBy(next, "k2-is-longer")));
        Assert.Equal((0, "ticket-invalid"), await AskAsync(Tickets.SignedBy(key, "k1")));

        // A broken file changes nothing.
        await File.WriteAllTextAsync(folder["keys.json"], "{", SignalingHost.Token);
        Assert.Equal((1, null), await AskAsync(Tickets.SignedBy(next, "k2-is-longer")));
    }

    [Theory]
    [InlineData("IceServers", "IceServers:0", "http://a.example")]
    [InlineData("TurnSecret", "IceServers:0", "turn:a.example")]
    [InlineData("AllowedOrigins", "AllowedOrigins:0", "https://a.example/page")]
    [InlineData("NodeKeys", "NodeKeys:main", "too-little")]
    [InlineData("NodeKeys", "NodeKeys:a b", "a-key-that-is-long-enough")]
    [InlineData("OffersPerMinute", "OffersPerMinute", "123456789")]
    public async Task A_wrong_option_is_named_and_its_value_is_not_repeated(string named, string key, string value)
    {
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => SignalingHost.StartAsync(settings: ($"Signaling:{key}", value)));

        Assert.Contains(named, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, wrong.Message, StringComparison.Ordinal);
    }

    private static async Task AssertNoRelayAsync(Task<JsonNode?> asked) =>
        Assert.Equal(["stun:a.example:3478"], (await asked)!.AsArray().SelectMany(server => server!["urls"]!.AsArray()).Select(url => (string?)url));

    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1764199400);
    }
}
