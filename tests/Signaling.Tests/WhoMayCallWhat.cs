using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR;

namespace EventTorrent.Signaling.Tests;

/// <summary>Every method of the hub, and what it answers to the one of the two kinds that it is not for.</summary>
public sealed class WhoMayCallWhat
{
    private const string Node = "node";
    private const string Viewer = "viewer";
    private const string Nothing = "";

    /// <summary>Whom a method is for, what the other kind says, and what it is answered: an error, a result, or nothing.</summary>
    private static readonly Dictionary<string, (string For, Func<string, object[]> Arguments, string Answer)> Table = new()
    {
        ["IceServers"] = (Viewer, _ => [], "[]"),
        ["IceServersFor"] = (Viewer, _ => [new { ticket = Tickets.Of() }], "[]"),
        ["NodeAlive"] = (Node, _ => [new { sessions = 7 }], Nothing),
        ["NodeSignal"] = (Node, session => [new { type = "answer", session, sdp = "v=0 forged" }], Nothing),
        ["Offer"] = (Viewer, _ => [new { sdp = HubPeerExtensions.Sdp, ticket = Tickets.Of() }], "too-many"),
        ["RegisterNode"] = (Node, _ => [new { protocol = 1, volume = SignalingHost.Volume, version = "1", maxSessions = 8 }], "bad-registration"),
        ["ViewerSignal"] = (Viewer, session => [new { type = "candidate", session, candidate = "candidate:forged", mid = "0" }], Nothing),
    };

    [Fact]
    public void The_table_has_every_method_of_every_hub() =>
        Assert.Equal(
            Table.Keys.Order(StringComparer.Ordinal),
            from type in typeof(SignalingBus).Assembly.GetTypes()
            where type.IsSubclassOf(typeof(Hub))
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where method.GetBaseDefinition().DeclaringType == type
            orderby method.Name
            select method.Name);

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Who_is_of_the_other_kind_is_answered_as_the_table_says_and_changes_nothing(string method)
    {
        await using var host = await SignalingHost.StartAsync();
        await using var node = await host.ConnectNodeAsync();
        await using var viewer = await host.ConnectAsync();
        var session = (string)(await viewer.OfferAsync(Tickets.Of()))["session"]!;
        await node.NextSignalAsync();
        var (kind, arguments, expected) = Table[method];
        // A node's key alone makes a node of a connection, whether or not it has registered.
        await using var other = await host.ConnectAsync(kind == Viewer ? SignalingHost.NodeKey : null);

        Assert.Equal(expected, await AskAsync(other, method, arguments(session)));

        // What is said in order by those who may comes first.
        await viewer.SendAsync("ViewerSignal", new { type = "candidate", session, candidate = "candidate:1", mid = "0" });
        await node.SendAsync("NodeSignal", new { type = "answer", session, sdp = "v=0 answer" });
        Assert.Equal("candidate:1", (string?)(await node.NextSignalAsync())["candidate"]);
        Assert.Equal("v=0 answer", (string?)(await viewer.NextSignalAsync())["sdp"]);
    }

    public static TheoryData<string> Methods => [.. Table.Keys];

    private static async Task<string> AskAsync(HubPeer peer, string method, object[] arguments)
    {
        try
        {
            return await peer.InvokeAsync(method, arguments) switch
            {
                null => Nothing,
                JsonObject refusal => (string)refusal["code"]!,
                var result => result.ToJsonString(),
            };
        }
        catch (InvalidOperationException refused)
        {
            return refused.Message.Contains("bad-registration", StringComparison.Ordinal) ? "bad-registration" : refused.Message;
        }
    }
}
