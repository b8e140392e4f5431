namespace EventTorrent.Api.Stats;

/// <summary>Worker processes of one kind that were heard of lately.</summary>
/// <param name="Slots">Work items that they take at once, together.</param>
/// <param name="Busy">Work items that they have now.</param>
public sealed record WorkerCount(string Kind, int Alive, int Slots, int Busy);
