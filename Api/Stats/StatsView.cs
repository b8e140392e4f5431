namespace EventTorrent.Api.Stats;

/// <summary>How the whole is doing.</summary>
/// <param name="Tasks">Tasks by state.</param>
public sealed record StatsView(
    IReadOnlyDictionary<string, int> Tasks,
    IReadOnlyList<WorkItemCount> WorkItems,
    IReadOnlyList<WorkerCount> Workers,
    BrokerView Broker,
    IReadOnlyList<KeptCount> Kept);
