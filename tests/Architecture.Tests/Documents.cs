using System.Text.RegularExpressions;

namespace EventTorrent.Architecture.Tests;

/// <summary>What the pages point at.</summary>
public sealed partial class Documents
{
    private static readonly string[] Pages =
    [
        .. new[] { "README.md", "README.zh-CN.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md" },
        .. Directory.EnumerateFiles(Repository.FullPath("docs"), "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Repository.FullPath("."), path)),
    ];

    [Fact]
    public void Links_lead_to_files_that_exist() =>
        Rule.HasNoViolations(
            "A page links to what is not there:",
            from page in Pages
            from Match link in Link().Matches(File.ReadAllText(Repository.FullPath(page)))
            let target = Path.Combine(Path.GetDirectoryName(Repository.FullPath(page))!, link.Groups["path"].Value)
            where !Path.Exists(target)
            select $"{page}: {link.Value}");

    [Fact]
    public void Headings_that_are_linked_exist() =>
        Rule.HasNoViolations(
            "A page links to a heading that is not there:",
            from page in Pages
            from Match link in Link().Matches(File.ReadAllText(Repository.FullPath(page)))
            where link.Groups["heading"].Success
            let target = Path.Combine(Path.GetDirectoryName(Repository.FullPath(page))!, link.Groups["path"].Value)
            where File.Exists(target) && !HeadingsOf(target).Contains(link.Groups["heading"].Value)
            select $"{page}: {link.Value}");

    /// <summary>Tests and sources that a page names are there: a promise has its proof.</summary>
    [Fact]
    public void Paths_that_are_named_exist() =>
        Rule.HasNoViolations(
            "A page names a file that is not there:",
            from page in Pages
            where !page.StartsWith("CHANGELOG", StringComparison.Ordinal)
            from Match named in Named().Matches(File.ReadAllText(Repository.FullPath(page)))
            where !Path.Exists(Repository.FullPath(named.Groups["path"].Value))
            select $"{page}: {named.Groups["path"].Value}");

    /// <summary>Whoever reads the one page finds what the other has: the same commands and tables, and the same pages to go on to.</summary>
    [Fact]
    public void The_Chinese_page_has_the_commands_the_tables_and_the_links_of_the_English_one()
    {
        var (english, chinese) = (File.ReadAllText(Repository.FullPath("README.md")), File.ReadAllText(Repository.FullPath("README.zh-CN.md")));

        Assert.Equal(Commands(english), Commands(chinese));
        Assert.Equal(Documents(english), Documents(chinese));
        Assert.Equal(Heading().Count(english), Heading().Count(chinese));

        // What is said of a command stands behind it, in another language.
        static IEnumerable<string> Commands(string page) => Command().Matches(page).Select(command => command.Groups["text"].Value.TrimEnd());
        static IEnumerable<string> Documents(string page) =>
            Link().Matches(page).Select(link => link.Groups["path"].Value).Where(path => path.EndsWith(".md", StringComparison.Ordinal) && !path.StartsWith("README", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);
    }

    private static HashSet<string> HeadingsOf(string path) =>
    [
        .. Heading().Matches(File.ReadAllText(path))
            .Select(heading => NoAnchor().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')),
    ];

    [GeneratedRegex(@"\]\((?!https?:|mailto:)(?<path>[^)#\s]+)(?:#(?<heading>[^)\s]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^    (?<text>(?!  )\S.*?)(?: +# .*)?$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"`(?<path>(?:tests|deploy)/[\w./-]*[\w/])`")]
    private static partial Regex Named();
}
