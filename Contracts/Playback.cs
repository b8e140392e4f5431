namespace EventTorrent.Contracts;

/// <summary>
/// A node is connected to a Signaling process. Published by that process when the node registers, every time the node says
/// that it is alive, and when another process asks; and once more, leaving, when the connection is over.
/// </summary>
/// <param name="Instance">The Signaling process that holds the connection.</param>
/// <param name="RegisteredAt">Of two nodes of one volume the later one counts.</param>
/// <param name="Sessions">Viewers that it serves now, as it says.</param>
public sealed record NodePresent(
    string Volume, string Instance, DateTimeOffset RegisteredAt, string Version, int Sessions, int MaxSessions, bool Leaving);

/// <summary>A Signaling process has started and asks the others which nodes they hold.</summary>
public sealed record AnnounceNodes(string Instance);

/// <summary>Sent by the Signaling process of a viewer to the one that holds the node of a volume.</summary>
/// <param name="Session">Its name says which process waits for an answer.</param>
/// <param name="Signal">JSON, as the node gets it.</param>
public sealed record RelayToNode(string Volume, string Session, string Signal);

/// <summary>Sent by the Signaling process of a node to the one that holds the viewer of a session.</summary>
/// <param name="Volume">Of the node that says it.</param>
/// <param name="Signal">JSON, as the viewer gets it.</param>
public sealed record RelayToViewer(string Volume, string Session, string Signal);
