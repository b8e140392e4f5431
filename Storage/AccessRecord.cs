using EventTorrent.Storage.Model;

namespace EventTorrent.Storage;

/// <summary>Every key and session that is good at one moment.</summary>
public sealed record AccessRecord(IReadOnlyList<AccessKey> Keys, IReadOnlyList<AccessSession> Sessions);
