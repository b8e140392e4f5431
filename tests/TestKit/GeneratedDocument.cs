namespace EventTorrent.TestKit;

/// <summary>A part of a page that is made of the code: between <c>&lt;!-- name: generated --&gt;</c> and <c>&lt;!-- name: end --&gt;</c>.</summary>
public static class GeneratedDocument
{
    /// <summary>When this variable is 1, the part is written instead of compared.</summary>
    public const string ApproveVariable = "EVENTTORRENT_APPROVE";

    /// <returns>What the page has and what it should have there, without the lines around it; equal when all is well.</returns>
    public static (string Page, string Code) Compare(string page, string name, string generated)
    {
        var path = Path.Combine(RepositoryPaths.Root, page);
        var (begin, end) = ($"<!-- {name}: generated -->\n", $"<!-- {name}: end -->");
        var text = File.ReadAllText(path);
        var from = text.IndexOf(begin, StringComparison.Ordinal);
        var to = text.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new InvalidDataException($"{page} has no part '{name}'.");
        }

        from += begin.Length;
        if (Environment.GetEnvironmentVariable(ApproveVariable) == "1")
        {
            File.WriteAllText(path, text[..from] + generated + text[to..]);
            return (generated, generated);
        }

        return (text[from..to], generated);
    }
}
