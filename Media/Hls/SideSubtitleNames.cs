namespace EventTorrent.Media.Hls;

/// <summary>
/// Which subtitle files of a torrent belong to a video, by the names that people give them: beside it or in a folder for
/// subtitles, with its name, or the only video's.
/// </summary>
public static class SideSubtitleNames
{
    private static readonly string[] Extensions = [".srt", ".ass", ".ssa", ".vtt"];
    private static readonly string[] Folders = ["sub", "subs", "subtitle", "subtitles"];
    private static readonly char[] Separators = ['.', '_', '-', ' ', '(', ')', '[', ']'];

    /// <summary>Whether a path ends like a file of subtitles that can be used.</summary>
    public static bool IsSubtitle(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <param name="video">Path of the video in the torrent, with forward slashes.</param>
    /// <param name="isOnlyVideo">No other video could be meant.</param>
    /// <param name="candidate">Path of another file in the torrent.</param>
    /// <param name="storedAs">Name of that file as it is stored beside the video.</param>
    /// <returns>Null when it does not belong to the video.</returns>
    public static SideSubtitle? Match(string video, bool isOnlyVideo, string candidate, string storedAs)
    {
        if (!IsSubtitle(candidate))
            return null;

        var stem = Stem(video);
        var folder = FolderOf(candidate);
        var parent = FolderOf(video);
        // "Film/Subs/Film.de.srt", or with a folder for each film of several: "Film/Subs/Film.E01/2_English.srt".
        var isNear = folder == parent || IsSubtitleFolder(folder, parent);
        var isOwnFolder = Stem(folder + ".x").Equals(stem, StringComparison.OrdinalIgnoreCase) && IsSubtitleFolder(FolderOf(folder), parent);
        var isNamed = Stem(candidate).StartsWith(stem, StringComparison.OrdinalIgnoreCase);
        if (!(isNear && (isNamed || isOnlyVideo)) && !isOwnFolder)
            return null;

        var rest = isNamed ? Stem(candidate)[stem.Length..] : Stem(candidate);
        var words = rest.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        var language = words.Reverse().Select(LanguageTags.Recognize).FirstOrDefault(tag => tag is not null);
        var isForced = words.Any(word => word.Equals("forced", StringComparison.OrdinalIgnoreCase));
        return new(storedAs, language, Describe(words, language), isForced);
    }

    /// <summary>What is left when the language is said: "SDH", "forced", "2".</summary>
    private static string Describe(string[] words, string? language)
    {
        if (language is null)
            return string.Join(' ', words);

        var others = words.Where(word => LanguageTags.Recognize(word) is null && word.Any(char.IsLetter)).ToList();
        return others.Count == 0 ? "" : $"{LanguageTags.NameOf(language)} {string.Join(' ', others)}";
    }

    private static bool IsSubtitleFolder(string folder, string parent) =>
        FolderOf(folder) == parent && Folders.Contains(folder[(folder.LastIndexOf('/') + 1)..].ToLowerInvariant());

    private static string FolderOf(string path) => path.LastIndexOf('/') is >= 0 and var end ? path[..end] : "";

    private static string Stem(string path) => Path.GetFileNameWithoutExtension(path[(path.LastIndexOf('/') + 1)..]);
}
