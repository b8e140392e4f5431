using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Demo;

/// <summary>Which process of a cluster a worker is. The name that it gives itself holds the id of its first life; a dead process has none.</summary>
internal sealed class WorkerNames(LocalCluster? cluster)
{
    private readonly Dictionary<string, ClusterProcess> _processes =
        cluster?.Processes.Where(process => process.Pid is not null).ToDictionary(process => process.Pid!.Value.ToString(CultureInfo.InvariantCulture)) ?? [];

    /// <summary>As the cluster calls it; without one, as it calls itself.</summary>
    public string NameOf(string worker) => Find(worker)?.Name ?? worker;

    public ClusterProcess? Find(string worker) => worker.Split('-') is [.., var pid, _] ? _processes.GetValueOrDefault(pid) : null;
}
