using EventTorrent.Contracts;
using EventTorrent.Torrents;

namespace EventTorrent.Workers.Screenshot;

/// <summary>From the engine's words to those of the messages.</summary>
internal static class ContentFiles
{
    /// <summary>All files but those that only fill up pieces (BEP 47).</summary>
    public static List<TorrentFile> ToContentFiles(this TorrentMetadata metadata) =>
        [.. metadata.Files.Where(file => !file.IsPad).Select(file => new TorrentFile(file.Index, file.Path, file.LengthBytes))];
}
