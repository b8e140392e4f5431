namespace EventTorrent.Contracts;

/// <summary>Which files of a torrent a stream is made of: its videos, and the text subtitles that lie beside them.</summary>
public static class StreamFiles
{
    /// <summary>Subtitles of one video; more are of no use to anybody.</summary>
    public const int MaxSubtitles = 64;

    /// <summary>A text that is longer is none.</summary>
    private const long MaxSubtitleBytes = 16 * 1024 * 1024;

    private static readonly HashSet<string> SubtitleExtensions = new(StringComparer.OrdinalIgnoreCase) { ".srt", ".ass", ".ssa", ".vtt" };

    /// <summary>Whether a file name says that it holds subtitles as text.</summary>
    public static bool IsSubtitle(string path) => SubtitleExtensions.Contains(Path.GetExtension(path));

    /// <summary>The files that get a stream, out of those that <see cref="VideoFiles.Select"/> chose: a subtitle gets none.</summary>
    public static IReadOnlyList<int> Videos(IReadOnlyList<TorrentFile> files, IReadOnlyList<int> selected)
    {
        var subtitles = files.Where(file => IsSubtitle(file.Path)).Select(file => file.Index).ToHashSet();
        return [.. selected.Where(index => !subtitles.Contains(index))];
    }

    /// <summary>All files that have to be downloaded, in the order of the torrent.</summary>
    /// <param name="files">All files of the torrent.</param>
    /// <param name="selected">Those that <see cref="VideoFiles.Select"/> chose.</param>
    public static IReadOnlyList<int> Needed(IReadOnlyList<TorrentFile> files, IReadOnlyList<int> selected)
    {
        var videos = Videos(files, selected);
        return [.. selected.Concat(videos.SelectMany(video => SubtitlesOf(video, videos, files)).Select(file => file.Index)).Distinct().Order()];
    }

    /// <summary>
    /// The subtitles of a video: all of the torrent when it is the only video, else those that begin with its name or lie in
    /// a folder of its name.
    /// </summary>
    public static IReadOnlyList<TorrentFile> SubtitlesOf(int video, IReadOnlyList<int> videos, IReadOnlyList<TorrentFile> files)
    {
        var name = files.Where(file => file.Index == video).Select(file => Path.GetFileNameWithoutExtension(file.Path)).FirstOrDefault("");
        return
        [
            .. files.Where(file => IsSubtitle(file.Path) && file.LengthBytes is > 0 and <= MaxSubtitleBytes)
                .Where(file => videos.Count == 1 || (name.Length > 0 && BelongsTo(file.Path, name)))
                .Take(MaxSubtitles),
        ];
    }

    private static bool BelongsTo(string path, string name) =>
        Path.GetFileName(path).StartsWith(name, StringComparison.OrdinalIgnoreCase)
        || path.Split('/')[..^1].Any(folder => string.Equals(folder, name, StringComparison.OrdinalIgnoreCase));
}
