using System.Text.RegularExpressions;
using EventTorrent.TestKit;

namespace EventTorrent.Deploy.Tests;

/// <summary>The configuration keys that the code has, read from its sources: the tests of this folder build no engine and start no host.</summary>
internal static partial class OptionKeys
{
    private static readonly string[] OtherFolders = ["bin", "obj", "tests", "benchmarks", "node_modules", "artifacts"];

    /// <summary>Section and key to the type of the value.</summary>
    private static readonly Dictionary<string, string> Known = Find();

    private static readonly HashSet<string> OfPeer =
        [.. PeerOption().Matches(RepositoryFile.Read("Web/peer/src/options.ts")).Select(match => match.Groups["name"].Value.ToUpperInvariant().Replace('-', '_'))];

    public static int Count => Known.Count;

    /// <summary>Whether a variable of the environment is one that a process of ours reads.</summary>
    public static bool Knows(string variable) =>
        variable.StartsWith("EVENTTORRENT_PEER_", StringComparison.Ordinal) ? OfPeer.Contains(variable["EVENTTORRENT_PEER_".Length..])
        : variable.Split("__") switch
        {
            [var section, var key] => Known.TryGetValue($"{section}:{key}", out var type) && !IsCollection(type),
            [var section, var key, _] => Known.TryGetValue($"{section}:{key}", out var type) && IsCollection(type),
            _ => false,
        };

    private static bool IsCollection(string type) => type.StartsWith("IList", StringComparison.Ordinal) || type.StartsWith("IDictionary", StringComparison.Ordinal);

    private static Dictionary<string, string> Find() => (
        from file in Directory.EnumerateFiles(RepositoryPaths.Root, "*Options.cs", SearchOption.AllDirectories)
        where !Path.GetRelativePath(RepositoryPaths.Root, file).Split('/').Any(OtherFolders.Contains)
        let source = File.ReadAllText(file)
        let section = Section().Match(source)
        where section.Success
        from option in Option().Matches(source)
        select (Key: $"{section.Groups["name"].Value}:{option.Groups["name"].Value}", Type: option.Groups["type"].Value))
        .ToDictionary(option => option.Key, option => option.Type);

    [GeneratedRegex(@"public const string Section = ""(?<name>\w+)""")]
    private static partial Regex Section();

    [GeneratedRegex(@"^    public (?<type>[\w<>?, ]+) (?<name>\w+) \{ get;", RegexOptions.Multiline)]
    private static partial Regex Option();

    [GeneratedRegex(@"'(?<name>[a-z-]+)': (text|flag)")]
    private static partial Regex PeerOption();
}
