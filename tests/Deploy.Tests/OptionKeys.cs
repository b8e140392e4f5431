using System.Text.RegularExpressions;
using EventTorrent.TestKit;

namespace EventTorrent.Deploy.Tests;

/// <summary>The configuration keys that the code has, read from its sources: the tests of this folder build no engine and start no host.</summary>
internal static partial class OptionKeys
{
    public const string Peer = "peer";

    private static readonly string[] OtherFolders = ["bin", "obj", "tests", "benchmarks", "node_modules", "artifacts"];

    /// <summary>Section and key to the type of the value and the project that has the option.</summary>
    private static readonly Dictionary<string, (string Type, string Project)> Known = Find();

    private static readonly HashSet<string> OfPeer =
        [.. PeerOption().Matches(RepositoryFile.Read("Web/peer/src/options.ts")).Select(match => match.Groups["name"].Value.ToUpperInvariant().Replace('-', '_'))];

    public static int Count => Known.Count;

    /// <summary>Whether a variable of the environment is one that a process of ours reads.</summary>
    public static bool Knows(string variable) =>
        variable.StartsWith("EVENTTORRENT_PEER_", StringComparison.Ordinal) ? OfPeer.Contains(variable["EVENTTORRENT_PEER_".Length..])
        : variable.Split("__") switch
        {
            [var section, var key] => Known.TryGetValue($"{section}:{key}", out var option) && !IsCollection(option.Type),
            [var section, var key, _] => Known.TryGetValue($"{section}:{key}", out var option) && IsCollection(option.Type),
            _ => false,
        };

    /// <summary>Whether it is one that the program of a project reads: an option of its own, or of what it references. "peer" is the node.</summary>
    public static bool Knows(string variable, string project) => Knows(variable) && (variable.Split("__") is [var section, var key, ..]
        ? project != Peer && WithReferences(project).Contains(Known[$"{section}:{key}"].Project)
        : project == Peer);

    private static IEnumerable<string> WithReferences(string project) =>
        Reference().Matches(RepositoryFile.Read($"{project}/{project}.csproj")).SelectMany(reference => WithReferences(reference.Groups["project"].Value)).Prepend(project).Distinct();

    private static bool IsCollection(string type) => type.StartsWith("IList", StringComparison.Ordinal) || type.StartsWith("IDictionary", StringComparison.Ordinal);

    private static Dictionary<string, (string Type, string Project)> Find() => (
        from file in Directory.EnumerateFiles(RepositoryPaths.Root, "*Options.cs", SearchOption.AllDirectories)
        let folders = Path.GetRelativePath(RepositoryPaths.Root, file).Split('/')
        where !folders.Any(OtherFolders.Contains)
        let source = File.ReadAllText(file)
        let section = Section().Match(source)
        where section.Success
        from option in Option().Matches(source)
        select (Key: $"{section.Groups["name"].Value}:{option.Groups["name"].Value}", Type: option.Groups["type"].Value, Project: folders[0]))
        .ToDictionary(option => option.Key, option => (option.Type, option.Project));

    [GeneratedRegex(@"public const string Section = ""(?<name>\w+)""")]
    private static partial Regex Section();

    [GeneratedRegex(@"^    public (?<type>[\w<>?, ]+) (?<name>\w+) \{ get;", RegexOptions.Multiline)]
    private static partial Regex Option();

    [GeneratedRegex(@"<ProjectReference Include=""\.\./(?<project>[\w.]+)/")]
    private static partial Regex Reference();

    [GeneratedRegex(@"'(?<name>[a-z-]+)': (text|flag)")]
    private static partial Regex PeerOption();
}
