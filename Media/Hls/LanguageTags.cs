namespace EventTorrent.Media.Hls;

/// <summary>
/// Languages as containers write them (ISO 639-2, either kind) and as people write them into file names, as tags of RFC 5646,
/// which wants the shortest form.
/// </summary>
internal static class LanguageTags
{
    private static readonly Dictionary<string, (string Tag, string Name)> Known = Read(
        "ar ara Arabic|bg bul Bulgarian|bn ben Bengali|bs bos Bosnian|ca cat Catalan|cs ces,cze Czech|da dan Danish|de deu,ger German|el ell,gre Greek"
        + "|en eng English|es spa,esp Spanish|et est Estonian|fa fas,per Persian|fi fin Finnish|fr fra,fre French|he heb Hebrew|hi hin Hindi"
        + "|hr hrv,scr Croatian|hu hun Hungarian|id ind Indonesian|is isl,ice Icelandic|it ita Italian|ja jpn,jap Japanese|ko kor Korean|lt lit Lithuanian"
        + "|lv lav Latvian|mk mkd,mac Macedonian|ml mal Malayalam|ms msa,may Malay|nb nob Bokmal|nl nld,dut Dutch|no nor Norwegian|pl pol Polish"
        + "|pt por Portuguese|ro ron,rum Romanian|ru rus Russian|sk slk,slo Slovak|sl slv Slovenian|sq sqi,alb Albanian|sr srp,scc Serbian|sv swe Swedish"
        + "|ta tam Tamil|te tel Telugu|th tha Thai|tl tgl Tagalog|tr tur Turkish|uk ukr Ukrainian|ur urd Urdu|vi vie Vietnamese|zh zho,chi,chs,cht Chinese");

    /// <returns>Null when it names no language: undetermined, none, several, nonsense.</returns>
    public static string? Normalize(string? text)
    {
        var word = text?.Trim().ToLowerInvariant() ?? "";
        if (Known.TryGetValue(word, out var known))
            return known.Tag;

        // Of a longer tag ("pt-BR") the language is what matters.
        var end = word.IndexOfAny(['-', '_']);
        if (end > 0)
            return Normalize(word[..end]);
        return word.Length == 3 && word.All(char.IsAsciiLetterLower) && word is not ("und" or "mis" or "mul" or "zxx") ? word : null;
    }

    /// <summary>Like <see cref="Normalize"/>, of words that are known to be languages only: other words have three letters too.</summary>
    public static string? Recognize(string word) => Known.TryGetValue(word.ToLowerInvariant(), out var known) ? known.Tag : null;

    /// <summary>In English; the tag itself when it is not known.</summary>
    public static string NameOf(string tag) => Known.TryGetValue(tag, out var known) ? known.Name : tag;

    private static Dictionary<string, (string Tag, string Name)> Read(string table)
    {
        var known = new Dictionary<string, (string, string)>();
        foreach (var cells in table.Split('|').Select(row => row.Split(' ')))
        {
            foreach (var word in (IEnumerable<string>)[cells[0], .. cells[1].Split(','), cells[2].ToLowerInvariant()])
                known[word] = (cells[0], cells[2]);
        }

        return known;
    }
}
