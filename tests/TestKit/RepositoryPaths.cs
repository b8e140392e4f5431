namespace EventTorrent.TestKit;

/// <summary>Where things stand on this machine, found from the running program upwards.</summary>
public static class RepositoryPaths
{
    private const string SolutionFile = "EventTorrent.sln";

    private static readonly Lazy<string> FoundRoot = new(FindRoot);

    /// <summary>The directory that holds EventTorrent.sln.</summary>
    public static string Root => FoundRoot.Value;

    /// <summary>The corpus of real media and torrents, which is no part of the repository; null where it does not exist.</summary>
    public static string? Corpus
    {
        get
        {
            var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", "corpus"));
            return Directory.Exists(path) ? path : null;
        }
    }

    /// <summary>A program of the product, as the build left it; of the same configuration as the program that asks.</summary>
    /// <param name="project">Such as <c>Workers.Screenshot</c>.</param>
    /// <exception cref="InvalidOperationException">It was not built.</exception>
    public static string Program(string project)
    {
        var configuration = AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";
        var path = Path.Combine(Root, project, "bin", configuration, "net10.0", $"EventTorrent.{project}.dll");
        return File.Exists(path) ? path : throw new InvalidOperationException($"{path} was not built.");
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, SolutionFile)))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No {SolutionFile} above {AppContext.BaseDirectory}: the tests run from a checkout.");
    }
}
