using EventTorrent.Storage.Model;

namespace EventTorrent.Storage;

/// <summary>A work item with a new lease, and what its command needs.</summary>
/// <param name="Info">The info dictionary, or null when it is not kept.</param>
public sealed record IssuedItem(TorrentTask Task, WorkItem Item, byte[]? Info);

/// <summary>A work item whose worker has been silent for too long.</summary>
public sealed record OverdueItem(string Infohash, WorkItem Item);
