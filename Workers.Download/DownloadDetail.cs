using EventTorrent.Torrents;

namespace EventTorrent.Workers.Download;

/// <summary>What people are shown of a download beside its numbers; it is looked up less often than these.</summary>
/// <param name="Map">What is here (<see cref="IDownload.ReadMap"/>); null before that is known.</param>
public sealed record DownloadDetail(byte[]? Map, Swarm? Swarm);
