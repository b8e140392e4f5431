using EventTorrent.Contracts;
using EventTorrent.Torrents;

namespace EventTorrent.Workers.Download;

/// <summary>Metadata in the size of a message.</summary>
public static class MetadataMessage
{
    private const int MaxNameLength = 1024;

    public static MetadataFetched Create(DownloadTorrent command, TorrentMetadata metadata, IReadOnlyList<string> peers) => new(
        command.TaskId,
        command.Infohash,
        nameof(Step.Download),
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
        [.. peers.Take(Limits.PeersInMessage)]);

    /// <summary>The files as every side knows them.</summary>
    public static IReadOnlyList<TorrentFile> ListFiles(TorrentMetadata metadata) => ListedFiles.Of(
        metadata.Files.Where(file => !file.IsPad).Select(file => new TorrentFile(file.Index, file.Path, file.LengthBytes)));
}
