namespace EventTorrent.Api.Stats;

/// <summary>A queue as the broker shows it.</summary>
/// <param name="Ready">Messages that wait.</param>
/// <param name="Errors">Messages beside it whose handling failed.</param>
/// <param name="Skipped">Messages beside it that nobody handles.</param>
public sealed record QueueView(string Name, long Ready, long Consumers, long Errors, long Skipped);
