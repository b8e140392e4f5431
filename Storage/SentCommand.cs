using EventTorrent.Contracts;

namespace EventTorrent.Storage;

/// <summary>A command that the broker has.</summary>
/// <param name="At">When it was sent.</param>
public sealed record SentCommand(Guid TaskId, Step Step, int Index, int Lease, DateTimeOffset At);
