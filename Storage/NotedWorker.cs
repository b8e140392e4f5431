namespace EventTorrent.Storage;

/// <summary>What the register knows of a worker that has just said that it is there.</summary>
/// <param name="IsNew">It was not known.</param>
/// <param name="DrainAsked">A person wants it to take no new work.</param>
public sealed record NotedWorker(bool IsNew, bool DrainAsked);
