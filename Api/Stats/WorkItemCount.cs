namespace EventTorrent.Api.Stats;

/// <summary>Work items of one step in one state.</summary>
public sealed record WorkItemCount(string Step, string State, int Count);
