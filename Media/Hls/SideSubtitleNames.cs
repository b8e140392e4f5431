namespace EventTorrent.Media.Hls;

/// <summary>What the names that people give to files of subtitles say: "Film.pt.SDH.srt", "Subs/2_English.srt".</summary>
public static class SideSubtitleNames
{
    private static readonly char[] Separators = ['.', '_', '-', ' ', '(', ')', '[', ']'];

    /// <param name="video">Path of the video in the torrent, with forward slashes.</param>
    /// <param name="path">Path of the subtitles in the torrent.</param>
    /// <param name="storedAs">Name of the file as it is stored beside the video.</param>
    public static SideSubtitle Read(string video, string path, string storedAs)
    {
        var (stem, name) = (Stem(video), Stem(path));
        var words = (name.StartsWith(stem, StringComparison.OrdinalIgnoreCase) ? name[stem.Length..] : name)
            .Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        var language = words.Reverse().Select(LanguageTags.Recognize).FirstOrDefault(tag => tag is not null);
        return new(storedAs, language, Describe(words, language), words.Contains("forced", StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>What is left when the language is said, such as "SDH".</summary>
    private static string Describe(string[] words, string? language)
    {
        if (language is null)
            return string.Join(' ', words);

        var others = words.Where(word => LanguageTags.Recognize(word) is null && word.Any(char.IsLetter)).ToList();
        return others.Count == 0 ? "" : $"{LanguageTags.NameOf(language)} {string.Join(' ', others)}";
    }

    private static string Stem(string path) => Path.GetFileNameWithoutExtension(path[(path.LastIndexOf('/') + 1)..]);
}
