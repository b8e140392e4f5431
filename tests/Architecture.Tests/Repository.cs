namespace EventTorrent.Architecture.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Folders of the top that hold no product code, and what tools leave in any folder.</summary>
    private static readonly string[] FreeFolders = ["tests", "benchmarks"];
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "dist", "artifacts", "data", "wwwroot", "TestResults"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every project file, as a path from the root with '/'.</summary>
    public static IReadOnlyList<string> Projects { get; } = [.. Files("*.csproj")];

    public static IReadOnlyList<string> ProductProjects { get; } = [.. Projects.Where(IsProduct)];

    public static IReadOnlyList<SourceFile> ProductSources { get; } = [.. Files("*.cs").Where(IsProduct).Select(SourceFile.Read)];

    public static IEnumerable<string> Files(string pattern) => Walk(Root, pattern).Order(StringComparer.Ordinal);

    public static string FullPath(string path) => Path.Combine(Root, path);

    public static string TopFolder(string path) => path.Split('/')[0];

    public static bool IsProduct(string path) => !FreeFolders.Contains(TopFolder(path));

    private static IEnumerable<string> Walk(string folder, string pattern)
    {
        foreach (var file in Directory.EnumerateFiles(folder, pattern))
        {
            yield return Path.GetRelativePath(Root, file).Replace(Path.DirectorySeparatorChar, '/');
        }

        foreach (var child in Directory.EnumerateDirectories(folder))
        {
            var name = Path.GetFileName(child);
            if (!Skipped.Contains(name) && !name.StartsWith('.'))
            {
                foreach (var file in Walk(child, pattern))
                {
                    yield return file;
                }
            }
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EventTorrent.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run inside a checkout: no EventTorrent.sln above " + AppContext.BaseDirectory);
    }
}
