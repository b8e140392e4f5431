namespace EventTorrent.Contracts;

/// <summary>The file list of a torrent in the size of a message. What is cut off here is cut off for the choice of files too, so that all sides agree.</summary>
public static class ListedFiles
{
    private const int MaxPathLength = 256;

    /// <summary>The files, at most <see cref="Limits.FilesInMessage"/>: videos are kept before subtitles, those before others, the largest first.</summary>
    /// <param name="files">All files of the torrent but the pads.</param>
    public static IReadOnlyList<TorrentFile> Of(IEnumerable<TorrentFile> files) =>
    [
        .. files
            .OrderByDescending(file => VideoFiles.IsVideo(file.Path) ? 2 : StreamFiles.IsSubtitle(file.Path) ? 1 : 0)
            .ThenByDescending(file => file.LengthBytes)
            .Take(Limits.FilesInMessage)
            .OrderBy(file => file.Index)
            .Select(file => file with { Path = Shorten(file.Path) }),
    ];

    /// <summary>The end of a path says more than its beginning, and has the extension.</summary>
    internal static string Shorten(string path) => path.Length > MaxPathLength ? $"…{path[^(MaxPathLength - 1)..]}" : path;
}
