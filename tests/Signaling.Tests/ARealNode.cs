using System.Text.Json.Nodes;
using EventTorrent.TestKit;

namespace EventTorrent.Signaling.Tests;

/// <summary>The node's program at the hub, as both are.</summary>
public sealed class ARealNode
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_registers_answers_offers_and_registers_again_whenever_the_hub_is_back()
    {
        await using var folder = new TempDirectory();
        var host = await SignalingHost.StartAsync();
        try
        {
            await using var node = await StartAsync(host.Address, folder);
            Assert.Equal("ticket-invalid", await ErrorOfAsync(host));

            for (var restart = 0; restart < 2; restart++)
            {
                await host.DisposeAsync();
                host = await SignalingHost.StartAsync(address: host.Address);
                Assert.Equal("ticket-invalid", await ErrorOfAsync(host));
            }

            node.Signal(UnixSignal.Terminate);
            Assert.Equal(0, await node.WaitForExitAsync(Deadline, Cancellation));
            await using var viewer = await host.ConnectAsync();
            await Poll.UntilAsync("it has left", async _ => (string?)(await viewer.OfferAsync(Tickets.Of()))["code"] == "node-offline", Deadline, Cancellation);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task It_says_that_its_key_is_refused_and_tries_again()
    {
        await using var folder = new TempDirectory();
        await using var host = await SignalingHost.StartAsync(settings: ($"Signaling:NodeKeys:{SignalingHost.Volume}", "quite-another-key-of-a-node"));

        await using var node = await StartAsync(host.Address, folder);

        await node.WaitForLineAsync(line => line.Contains("signaling-lost", StringComparison.Ordinal) && line.Contains("401", StringComparison.Ordinal), Deadline, Cancellation);
    }

    /// <summary>What the node says to an offer whose ticket nobody has signed: it came to it, and back, when it says anything.</summary>
    private static async Task<string?> ErrorOfAsync(SignalingHost host)
    {
        await using var viewer = await host.ConnectAsync();
        JsonNode? answer = null;
        await Poll.UntilAsync(
            "the node has registered", async _ => (string?)(answer = await viewer.OfferAsync(Tickets.Of()))["type"] == "accepted", Deadline, Cancellation,
            () => answer?.ToJsonString() ?? "");
        return (string?)(await viewer.NextSignalAsync())["code"];
    }

    private static async Task<ToolProcess> StartAsync(Uri address, TempDirectory folder)
    {
        Assert.SkipWhen(NodeProgram.Missing is not null, NodeProgram.Missing ?? "");
        await File.WriteAllTextAsync(folder["node.key"], SignalingHost.NodeKey, Cancellation);
        // A key that signs nothing here.
        await File.WriteAllTextAsync(
            folder["keys.json"],
            """{"keys":[{"kty":"EC","crv":"P-256","kid":"k1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}""",
            Cancellation);
        return await ToolProcess.StartAsync(
            "node",
            [
                NodeProgram.Path, $"--signaling={new Uri(address, "/hubs/signaling")}", $"--node-key-file={folder["node.key"]}", $"--volume={SignalingHost.Volume}",
                $"--root={folder.FullPath}", $"--ticket-keys={folder["keys.json"]}", "--bind-address=127.0.0.1",
            ]);
    }
}
