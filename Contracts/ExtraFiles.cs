namespace EventTorrent.Contracts;

/// <summary>
/// Files beside a film that are not the film, by the names that release groups and media servers (Plex, Jellyfin, Kodi) have
/// for them: whole words at the places that the conventions give them, never a part of a title.
/// </summary>
public static class ExtraFiles
{
    private static readonly char[] Separators = ['-', '.', '_', ' '];

    /// <summary>Folders that hold nothing but extras.</summary>
    private static readonly HashSet<string> Folders = new(StringComparer.OrdinalIgnoreCase)
    {
        "sample", "samples", "proof", "trailer", "trailers", "extra", "extras", "bonus", "featurette", "featurettes",
        "behind the scenes", "deleted scenes", "interviews", "scenes", "shorts", "clips",
    };

    /// <summary>What a file may be called altogether, or have behind its name with any separator.</summary>
    private static readonly string[] Words = ["sample", "trailer"];

    /// <summary>What a media server takes behind a hyphen only: "film-interview.mkv", not "The Interview.mkv".</summary>
    private static readonly string[] Suffixes =
    [
        "-behindthescenes", "-deleted", "-deletedscene", "-deletedscenes", "-featurette", "-interview", "-scene", "-short", "-clip", "-extra", "-other",
    ];

    /// <summary>Whether the name says that it is a sample, a trailer or another extra. Whether it is one depends on what lies beside it.</summary>
    /// <param name="path">'/' between its parts.</param>
    public static bool IsExtra(string path)
    {
        var parts = path.Split('/');
        var name = Path.GetFileNameWithoutExtension(parts[^1]);
        return parts.AsSpan(0, parts.Length - 1).ToArray().Any(Folders.Contains)
            || Words.Any(word => IsWord(name, word))
            || Suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>"sample", "sample-film", "film.sample", and "film.sample-GROUP", as release groups sign at the end.</summary>
    private static bool IsWord(string name, string word)
    {
        if (name.Equals(word, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(word + "-", StringComparison.OrdinalIgnoreCase)
            || EndsWithWord(name, word))
        {
            return true;
        }

        var group = name.LastIndexOf('-');
        return group > 0 && name.AsSpan(group).IndexOfAny(' ', '.') < 0 && EndsWithWord(name[..group], word);
    }

    private static bool EndsWithWord(string name, string word) =>
        name.Length > word.Length
        && name.EndsWith(word, StringComparison.OrdinalIgnoreCase)
        && Separators.Contains(name[^(word.Length + 1)]);
}
