using EventTorrent.Storage.Model;

namespace EventTorrent.Storage;

/// <summary>A work item with a new lease, and what its command needs.</summary>
/// <param name="Info">The info dictionary, or null when it is not kept or not needed.</param>
/// <param name="Files">Of a transcode: the files of the torrent; empty else.</param>
/// <param name="Plan">Of a part of a video: what the item of the whole video has saved; null else.</param>
public sealed record IssuedItem(TorrentTask Task, WorkItem Item, byte[]? Info, IReadOnlyList<TaskFile> Files, byte[]? Plan);

/// <summary>A work item whose worker has been silent for too long.</summary>
public sealed record OverdueItem(string Infohash, WorkItem Item);
