namespace EventTorrent.Media.Hls;

/// <summary>Names for people, each once: RFC 8216 4.3.4.1.1 wants them unique in their group, and quoted strings have no quotes.</summary>
internal sealed class Titles(string word)
{
    private const int MaxLength = 60;

    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    public string Next(string? title, string? language)
    {
        var wish = Clean(title);
        if (wish.Length == 0)
            wish = language is null ? $"{word} {_taken.Count + 1}" : LanguageTags.NameOf(language);
        var name = wish;
        for (var number = 2; !_taken.Add(name); number++)
            name = $"{wish} ({number})";
        return name;
    }

    private static string Clean(string? title)
    {
        var text = string.Concat((title ?? "").Where(character => !char.IsControl(character) && !char.IsSurrogate(character) && character != '"')).Trim();
        return text.Length > MaxLength ? text[..MaxLength] : text;
    }
}
