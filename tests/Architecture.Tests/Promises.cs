using System.Text.RegularExpressions;

namespace EventTorrent.Architecture.Tests;

/// <summary>
/// docs/promises.md against the pages that promise, and the tests and benchmarks that show it. Its sections are headed by a link to
/// a page; a row has a sentence of that page, and links whose text is a test of the file that they lead to.
/// </summary>
public sealed partial class Promises
{
    private const string Page = "docs/promises.md";

    private static readonly string[] Promising =
    [
        "README.md", "SECURITY.md", "docs/architecture.md", "docs/benchmarks.md", "docs/data-channel.md", "docs/observability.md", "docs/operations.md", "docs/page.md",
        "docs/playback.md", "docs/protocol.md", "docs/rest.md", "docs/threat-model.md",
    ];

    /// <summary>It has a table of its own: what there is, what shows it with the whole service, and what else does.</summary>
    private const string OfThePage = "docs/page.md";

    private static readonly IReadOnlyList<(string Source, string Promise, string Proof)> Rows = [.. Read()];

    [Fact]
    public void Every_page_that_promises_has_its_section() =>
        Assert.Equal(Promising, Rows.Select(row => row.Source).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_first_page_leads_to_them() => Assert.Contains($"]({Page})", File.ReadAllText(Repository.FullPath("README.md")), StringComparison.Ordinal);

    [Fact]
    public void A_promise_stands_in_its_page_as_it_is_quoted()
    {
        var pages = Promising.ToDictionary(page => page, page => Plain(File.ReadAllText(Repository.FullPath(page))));

        Rule.HasNoViolations(
            $"{Page} quotes what its source does not say any more: say it anew there, or take it out:",
            from row in Rows
            where !pages[row.Source].Contains(Plain(row.Promise), StringComparison.Ordinal)
            select $"{row.Source}: {row.Promise}");
    }

    [Fact]
    public void A_promise_is_shown_by_a_test_or_a_command_that_exists()
    {
        var bench = File.ReadAllText(Repository.FullPath("bench.sh"));

        Rule.HasNoViolations(
            $"{Page} or {OfThePage} names no proof, or one that is not there:",
            from row in Rows.Concat(ReadThePage())
            from proof in row.Proof.Split("; ")
            let link = Link().Match(proof)
            let command = Command().Match(proof)
            where !(link.Success ? IsTest(link.Groups["name"].Value, link.Groups["path"].Value)
                : command.Success && (command.Groups["bench"] is not { Success: true } name || Benches(bench).Contains(name.Value)))
            select $"{row.Promise}: {proof}");
    }

    [Fact]
    public void The_table_of_the_page_is_read() => Assert.True(ReadThePage().Count() > 30);

    /// <summary>A class of tests by its name, or one test of it by the sentence that it is.</summary>
    private static bool IsTest(string name, string path)
    {
        var file = Path.Combine(Repository.FullPath("docs"), path);
        if (!File.Exists(file))
        {
            return false;
        }

        var text = File.ReadAllText(file);
        var method = name.Replace(' ', '_');
        return path.EndsWith(".ts", StringComparison.Ordinal)
            ? text.Contains($"test('{name}'", StringComparison.Ordinal)
            : (method == Path.GetFileNameWithoutExtension(path) && text.Contains($"class {method}", StringComparison.Ordinal) && Test().IsMatch(text))
                || Test().Matches(text).Any(test => test.Groups["name"].Value == method);
    }

    /// <summary>The names in the list of bench.sh's usage.</summary>
    private static IEnumerable<string> Benches(string script) =>
        Bench().Matches(script[script.IndexOf("\nNAME ", StringComparison.Ordinal)..script.IndexOf("\n--no-build", StringComparison.Ordinal)]).Select(bench => bench.Groups["name"].Value);

    private static IEnumerable<(string Source, string Promise, string Proof)> Read()
    {
        string? source = null;
        foreach (var line in File.ReadAllLines(Repository.FullPath(Page)))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                source = Heading().Match(line) is { Success: true } heading ? heading.Groups["page"].Value : null;
            }
            else if (source is not null && line.StartsWith("| ", StringComparison.Ordinal) && line != "| promise | shown by |")
            {
                var cells = line.Trim('|', ' ').Split(" | ");
                yield return (source, cells[0], cells.Length == 2 ? cells[1] : "");
            }
        }
    }

    /// <summary>A line in bold is a heading, and has no proof.</summary>
    private static IEnumerable<(string Source, string Promise, string Proof)> ReadThePage() =>
        from line in File.ReadAllLines(Repository.FullPath(OfThePage)).SkipWhile(line => !line.StartsWith("| what | ", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.Length > 0)
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where !cells[1].StartsWith("**", StringComparison.Ordinal)
        select (OfThePage, cells[1], string.Join("; ", cells[2..^1].Where(cell => cell.Length > 0)));

    /// <summary>As a person reads it: no marks, one space for any.</summary>
    private static string Plain(string markdown) => Space().Replace(Mark().Replace(TextOfLink().Replace(markdown, "$1"), ""), " ");

    [GeneratedRegex(@"^## \[(?<page>[\w./-]+)\]\(\S+\)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\[(?<name>[^\]]+)\]\((?<path>[^)]+)\)$")]
    private static partial Regex Link();

    [GeneratedRegex(@"^`\./(bench\.sh (?<bench>[\w-]+)|test\.sh (soak|fuzz)|run\.sh demo( --cluster)?)`$")]
    private static partial Regex Command();

    [GeneratedRegex(@"^(NAME {5}| {9})(?<name>[a-z-]+) ", RegexOptions.Multiline)]
    private static partial Regex Bench();

    /// <summary>What stands between the attribute and the method has no empty line in it.</summary>
    [GeneratedRegex(@"\[(Fact|Theory)(?:(?!\n\s*\n)[\s\S])*?\bpublic (async )?\w+ (?<name>\w+)\(")]
    private static partial Regex Test();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex TextOfLink();

    [GeneratedRegex("[*`]")]
    private static partial Regex Mark();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
