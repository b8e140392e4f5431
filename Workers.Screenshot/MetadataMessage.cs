using EventTorrent.Contracts;
using EventTorrent.Torrents;

namespace EventTorrent.Workers.Screenshot;

/// <summary>Metadata in the size of a message. What is cut off here is cut off for the choice of files too, so that all sides agree.</summary>
public static class MetadataMessage
{
    private const int MaxNameLength = 1024;
    private const int MaxPathLength = 256;

    public static MetadataFetched Create(TakeScreenshots command, TorrentMetadata metadata, ITorrent torrent) => new(
        command.TaskId,
        command.Infohash,
        nameof(Step.Screenshots),
        command.Item,
        command.Lease,
        metadata.InfohashV1,
        metadata.InfohashV2,
        metadata.Name.Length > MaxNameLength ? metadata.Name[..MaxNameLength] : metadata.Name,
        metadata.TotalBytes,
        metadata.PieceLengthBytes,
        metadata.IsPrivate,
        metadata.Files.Count(file => !file.IsPad),
        ListFiles(metadata),
        metadata.InfoBytes.Length <= Limits.InfoInMessageBytes ? metadata.InfoBytes.ToArray() : null,
        [.. torrent.ServingPeers.Take(Limits.PeersInMessage)]);

    /// <summary>The files, at most <see cref="Limits.FilesInMessage"/>: videos are kept before others, the largest first.</summary>
    public static IReadOnlyList<TorrentFile> ListFiles(TorrentMetadata metadata) =>
    [
        .. metadata.Files
            .Where(file => !file.IsPad)
            .OrderByDescending(file => VideoFiles.IsVideo(file.Path)).ThenByDescending(file => file.LengthBytes)
            .Take(Limits.FilesInMessage)
            .OrderBy(file => file.Index)
            .Select(file => new TorrentFile(file.Index, Shorten(file.Path), file.LengthBytes)),
    ];

    /// <summary>The end of a path says more than its beginning, and has the extension.</summary>
    private static string Shorten(string path) => path.Length > MaxPathLength ? $"…{path[^(MaxPathLength - 1)..]}" : path;
}
