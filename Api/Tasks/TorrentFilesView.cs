using EventTorrent.Contracts;

namespace EventTorrent.Api.Tasks;

/// <summary>What a torrent holds, before it is submitted.</summary>
/// <param name="FileCount">How many files it has; <paramref name="Files"/> may hold fewer of them.</param>
/// <param name="MaxFiles">How many files of one torrent are worked on at most.</param>
internal sealed record TorrentFilesView(string Infohash, string Name, int FileCount, int MaxFiles, IReadOnlyList<TorrentFileView> Files)
{
    /// <summary>With the choice that the workers make of the same list.</summary>
    public static TorrentFilesView Of(TorrentDescriptor torrent, IReadOnlyList<TorrentFile> files)
    {
        var listed = ListedFiles.Of(files);
        var selected = VideoFiles.Select(listed, []);
        return new(
            torrent.Infohash.ToString(), torrent.Name, files.Count, VideoFiles.MaxSelected,
            [.. listed.Select(file => new TorrentFileView(file.Index, file.Path, file.LengthBytes, VideoFiles.IsVideo(file.Path), selected.Contains(file.Index)))]);
    }
}
