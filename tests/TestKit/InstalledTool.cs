namespace EventTorrent.TestKit;

/// <summary>Server programs that Debian keeps off the PATH, below a directory that carries the version.</summary>
internal static class InstalledTool
{
    /// <summary>The newest version's directory that holds the program, or null.</summary>
    /// <param name="parent">Such as <c>/usr/lib/postgresql</c>.</param>
    /// <param name="prefix">What stands before the version in a directory's name.</param>
    /// <param name="folder">The program's folder in it, such as <c>bin</c>.</param>
    public static string? FindDirectory(string parent, string prefix, string folder, string program) =>
        !Directory.Exists(parent)
            ? null
            : Directory.EnumerateDirectories(parent, prefix + "*")
                .Where(directory => File.Exists(Path.Combine(directory, folder, program)))
                .OrderByDescending(directory => VersionOf(Path.GetFileName(directory)[prefix.Length..]))
                .Select(directory => Path.Combine(directory, folder))
                .FirstOrDefault();

    private static Version VersionOf(string text) => Version.TryParse(text.Contains('.') ? text : text + ".0", out var version) ? version : new Version();
}
