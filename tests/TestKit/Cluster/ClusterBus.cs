using System.Net;
using System.Text.Json.Nodes;

namespace EventTorrent.TestKit;

/// <summary>A cluster's virtual host, as the broker itself sees it: what the processes believe of their endpoints does not count.</summary>
public sealed class ClusterBus(LocalBroker broker, Uri address)
{
    private readonly string _host = address.AbsolutePath[1..];

    /// <summary>For the processes.</summary>
    public Uri Address => address;

    /// <summary>Consumers by queue, of this moment. Queues of one process alone count together under what stands before their last '_'.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountConsumersAsync(CancellationToken cancellationToken) =>
        (await broker.AskAsync($"consumers/{_host}", cancellationToken)).AsArray()
            .CountBy(consumer => KindOf(consumer!["queue"]!["name"]!.GetValue<string>()))
            .ToDictionary();

    /// <summary>Messages in a queue, those that a consumer holds included; 0 when there is no such queue.</summary>
    public async Task<int> CountMessagesAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            return (await broker.AskAsync($"queues/{_host}/{queue}", cancellationToken))["messages"]?.GetValue<int>() ?? 0;
        }
        catch (HttpRequestException absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            return 0;
        }
    }

    /// <summary>Messages in the queues of what nobody could handle.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountDeadLettersAsync(CancellationToken cancellationToken)
    {
        var names = (await broker.AskAsync($"queues/{_host}", cancellationToken)).AsArray()
            .Select(queue => queue!["name"]!.GetValue<string>())
            .Where(name => name.EndsWith("_error", StringComparison.Ordinal) || name.EndsWith("_skipped", StringComparison.Ordinal));
        var counts = new Dictionary<string, int>();
        foreach (var name in names)
        {
            counts[name] = await CountMessagesAsync(name, cancellationToken);
        }

        return counts;
    }

    /// <summary>Makes a durable queue and binds it to exchanges, which are made as MassTransit makes them when they are not there.</summary>
    public async Task BindAsync(string queue, IEnumerable<string> exchanges, CancellationToken cancellationToken)
    {
        await broker.PutAsync($"queues/{_host}/{queue}", new JsonObject { ["durable"] = true, ["auto_delete"] = false }, cancellationToken);
        foreach (var exchange in exchanges)
        {
            await broker.PutAsync($"exchanges/{_host}/{Uri.EscapeDataString(exchange)}", new JsonObject { ["type"] = "fanout", ["durable"] = true }, cancellationToken);
            await broker.PostAsync($"bindings/{_host}/e/{Uri.EscapeDataString(exchange)}/q/{queue}", [], cancellationToken);
        }
    }

    /// <summary>Takes messages out of a queue.</summary>
    /// <returns>Their bodies, in order; fewer than asked for when the queue is empty.</returns>
    public async Task<IReadOnlyList<string>> TakeAsync(string queue, int count, CancellationToken cancellationToken)
    {
        var ask = new JsonObject { ["count"] = count, ["ackmode"] = "ack_requeue_false", ["encoding"] = "auto" };
        var taken = await broker.PostAsync($"queues/{_host}/{queue}/get", ask, cancellationToken);
        return [.. taken!.AsArray().Select(message => message!["payload"]!.GetValue<string>())];
    }

    private static string KindOf(string queue) => queue.LastIndexOf('_') is > 0 and var end ? queue[..end] : queue;
}
