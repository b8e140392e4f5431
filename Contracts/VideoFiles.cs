namespace EventTorrent.Contracts;

/// <summary>
/// Which files of a torrent are the videos that a person means. The saga and the workers both ask here, so that they
/// agree without a message.
/// </summary>
public static class VideoFiles
{
    /// <summary>At most this many files of one torrent get screenshots.</summary>
    public const int MaxSelected = 50;

    /// <summary>A video smaller than this part of the largest one is an extra.</summary>
    private const double SmallestPart = 0.05;

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".mkv", ".mk3d", ".webm", ".avi", ".divx", ".wmv", ".asf", ".flv",
        ".f4v", ".ts", ".m2ts", ".mts", ".tp", ".mpg", ".mpeg", ".m1v", ".m2v", ".vob", ".ogv", ".ogm", ".rm", ".rmvb", ".dv",
    };

    /// <summary>Whether a file name says that it is a video.</summary>
    public static bool IsVideo(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <summary>
    /// The files to work on, in the order of the torrent: those asked for, or every video of at least 5 % of the largest,
    /// samples, trailers and other extras left out where a longer film lies beside them, the largest 50 when there are more.
    /// </summary>
    /// <param name="files">All files of the torrent.</param>
    /// <param name="asked">File indexes asked for; empty for the default choice. Indexes that are no file are ignored.</param>
    public static IReadOnlyList<int> Select(IReadOnlyList<TorrentFile> files, IReadOnlyCollection<int> asked)
    {
        var candidates = asked.Count > 0
            ? files.Where(file => asked.Contains(file.Index) && file.LengthBytes > 0).ToList()
            : files.Where(file => IsVideo(file.Path) && file.LengthBytes > 0).ToList();
        if (asked.Count == 0 && candidates.Count > 0)
        {
            var smallest = candidates.Max(file => file.LengthBytes) * SmallestPart;
            candidates.RemoveAll(file => file.LengthBytes < smallest);
            // A film may be called "Sample": what is larger than every other video is no extra of it.
            var film = candidates.Where(file => !ExtraFiles.IsExtra(file.Path)).Select(file => file.LengthBytes).DefaultIfEmpty().Max();
            candidates.RemoveAll(file => file.LengthBytes <= film && ExtraFiles.IsExtra(file.Path));
        }

        return
        [
            .. candidates.OrderByDescending(file => file.LengthBytes).ThenBy(file => file.Index)
                .Take(MaxSelected).Select(file => file.Index).Order(),
        ];
    }
}
