using System.Diagnostics;
using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>Whether viewers can meet the node: it is connected to its hub, as both of them say.</summary>
internal static class Presence
{
    /// <summary>Far above a start under load, and the 10 s between two attempts of a node.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan OneAnswer = TimeSpan.FromSeconds(5);

    /// <summary>Waits until it is so.</summary>
    /// <returns>How long that took.</returns>
    public static async Task<TimeSpan> WaitAsync(LocalCluster cluster, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var http = new HttpClient { Timeout = OneAnswer };
        var (node, hub) = (cluster.Nodes.Single(), cluster.Signalings.First());
        await Poll.UntilAsync(
            "the node is registered",
            async token => await ReadAsync(http, node, "eventtorrent_peer_signaling_connected", token) == 1
                && await ReadAsync(http, hub, "eventtorrent_signaling_nodes", token) == 1,
            Deadline, cancellationToken, () => $"{LastLines(node)}\n{LastLines(hub)}");
        return clock.Elapsed;
    }

    private static async Task<double?> ReadAsync(HttpClient http, ClusterProcess process, string metric, CancellationToken cancellationToken)
    {
        try
        {
            return PrometheusText.Parse(await http.GetStringAsync(new Uri(process.Url, "/metrics"), cancellationToken)).Find(metric);
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static string LastLines(ClusterProcess process) => $"{process.Name}: {string.Join('\n', process.Log.Split('\n').TakeLast(6))}";
}
