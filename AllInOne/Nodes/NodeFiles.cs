namespace EventTorrent.AllInOne.Nodes;

/// <summary>Where the program of the node is.</summary>
internal static class NodeFiles
{
    private static readonly string InCheckout = Path.Combine("Web", "peer", "dist", "src", "main.js");
    private static readonly string InPackage = Path.Combine("peer", "dist", "src", "main.js");

    /// <summary>The program beside this one, or in the checkout that this one was built in; null when it is nowhere.</summary>
    public static string? FindProgram(string? chosen)
    {
        if (chosen is not null)
        {
            return File.Exists(chosen) ? Path.GetFullPath(chosen) : null;
        }

        var candidates = new List<string> { Path.Combine(AppContext.BaseDirectory, InPackage) };
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            candidates.Add(Path.Combine(directory.FullName, InCheckout));
        }

        return candidates.Find(File.Exists);
    }

    /// <summary>The runtime by its path, or where PATH has it; null when it is nowhere.</summary>
    public static string? FindRuntime(string name) =>
        name.Contains(Path.DirectorySeparatorChar)
            ? (File.Exists(name) ? Path.GetFullPath(name) : null)
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
}
