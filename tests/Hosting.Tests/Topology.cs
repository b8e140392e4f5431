using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventTorrent.Contracts;
using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

/// <summary>What all parts together declare at the broker, kept in a text that a person approved.</summary>
public sealed partial class Topology
{
    private const string ApprovedPath = "tests/Hosting.Tests/approved/topology.txt";
    private const string ApproveVariable = "EVENTTORRENT_APPROVE";
    private const string Volume = "main";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_what_was_approved()
    {
        await using var system = await WholeSystem.StartAsync();
        await using (var raw = await RawQueue.ConnectAsync(system.Address))
        {
            // The transport declares the queues beside a queue when it needs them.
            string[] all = [.. Queues.All, .. Queues.Of(Volume)];
            foreach (var queue in all)
            {
                await raw.SendAsync(queue, "no JSON");
                await raw.SendAsync(queue, RawQueue.Envelope("Some.Where:Else", new { }));
            }

            var expected = all.SelectMany(queue => (string[])[ErrorQueues.ErrorsOf(queue), ErrorQueues.SkippedOf(queue)]);
            foreach (var queue in expected)
            {
                await Poll.UntilAsync($"{queue} holds a message", async _ => await raw.CountAsync(queue) == 1, TimeSpan.FromSeconds(30), Cancellation);
            }
        }

        var actual = string.Join('\n', await DescribeAsync(system)) + "\n";
        var approved = Path.Combine(RepositoryPaths.Root, ApprovedPath);
        if (Environment.GetEnvironmentVariable(ApproveVariable) == "1")
        {
            await File.WriteAllTextAsync(approved, actual, Cancellation);
        }

        Assert.Equal(await File.ReadAllTextAsync(approved, Cancellation), actual);
    }

    private static async Task<IEnumerable<string>> DescribeAsync(WholeSystem system)
    {
        var virtualHost = system.Address.AbsolutePath;
        var exchanges = await system.Broker.AskAsync($"exchanges{virtualHost}", Cancellation);
        var queues = await system.Broker.AskAsync($"queues{virtualHost}", Cancellation);
        var bindings = await system.Broker.AskAsync($"bindings{virtualHost}", Cancellation);
        return Sorted(exchanges, one => Own(one, "name") is { } name ? $"exchange {name} {one["type"]}{Flags(one)}" : null)
            .Concat(Sorted(queues, one => $"queue {Own(one, "name")}{Flags(one)}"))
            .Concat(Sorted(bindings, one => Own(one, "source") is { } source ? $"binding {source} -> {one["destination_type"]} {Own(one, "destination")}" : null));
    }

    private static IEnumerable<string> Sorted(JsonNode list, Func<JsonNode, string?> describe) =>
        list.AsArray().Select(one => describe(one!)).OfType<string>().Order(StringComparer.Ordinal);

    /// <summary>Null for the broker's own. A process's own queues carry its name and chance, which differ.</summary>
    private static string? Own(JsonNode one, string key) =>
        (string?)one[key] is { Length: > 0 } name && !name.StartsWith("amq.", StringComparison.Ordinal) ? Instance().Replace(name, "(instance)_$1") : null;

    private static string Flags(JsonNode one) =>
        ((bool)one["durable"]! ? " durable" : "")
        + ((bool)one["auto_delete"]! ? " auto-delete" : "")
        + string.Concat(one["arguments"]!.AsObject().OrderBy(argument => argument.Key, StringComparer.Ordinal).Select(argument => $" {argument.Key}={argument.Value}"));

    [GeneratedRegex(@"^.+_(bus|api\.status|worker\.stop(-download|-transcode)?)_\w+$")]
    private static partial Regex Instance();
}
