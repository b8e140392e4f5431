namespace EventTorrent.Signaling;

/// <summary>The node of a volume, as this process knows it.</summary>
/// <param name="Instance">The Signaling process that it is connected to.</param>
/// <param name="ConnectionId">Its connection when that process is this one, else null.</param>
/// <param name="RegisteredAt">Of two nodes of one volume the later one counts.</param>
/// <param name="Sessions">Viewers that it serves, as it said last.</param>
internal sealed record KnownNode(
    string Volume, string Instance, string? ConnectionId, DateTimeOffset RegisteredAt, DateTimeOffset SeenAt, string Version, int Sessions, int MaxSessions);
