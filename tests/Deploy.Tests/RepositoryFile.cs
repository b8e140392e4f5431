using EventTorrent.TestKit;

namespace EventTorrent.Deploy.Tests;

/// <summary>Files of the checkout, by their path from its root.</summary>
internal static class RepositoryFile
{
    public static string Read(string path) => File.ReadAllText(PathOf(path));

    public static string PathOf(string path) => Path.Combine(RepositoryPaths.Root, path);

    public static IEnumerable<string> Names(string folder, string pattern) =>
        Directory.EnumerateFiles(PathOf(folder), pattern).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
