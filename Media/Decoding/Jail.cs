namespace EventTorrent.Media.Decoding;

/// <summary>
/// The command line of bubblewrap that leaves a decoder nothing but itself and its libraries: no network unless it is asked for, no home, no file
/// of this machine beyond /usr and what a call is about, a /tmp of its own, no other process to see, and its end with ours.
/// </summary>
internal static class Jail
{
    /// <summary>The file of a call, inside.</summary>
    public const string Source = "/in/source";

    /// <summary>The directory that a call may write into, inside.</summary>
    public const string Output = "/out";

    private static readonly string[] LibraryFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    /// <param name="bubblewrap">Path of bwrap.</param>
    /// <param name="program">Absolute path of what is to run in it.</param>
    /// <param name="mounts">What else it sees.</param>
    /// <param name="network">Leaves it the network, which demand paging needs; names are not resolved even so.</param>
    public static IReadOnlyList<string> Command(string bubblewrap, string program, IReadOnlyList<string> mounts, bool network = false) =>
    [
        bubblewrap, "--unshare-all", .. network ? ["--share-net"] : Array.Empty<string>(), "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv", "--setenv", "PATH", "/usr/bin",
        "--ro-bind", "/usr", "/usr",
        .. LibraryFolders.SelectMany(Library),
        // Debian chooses some libraries by links in /etc.
        "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
        "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp",
        .. Own(program),
        .. mounts,
        "--",
    ];

    public static IReadOnlyList<string> Mounts(string source, string? outputDirectory) =>
    [
        "--ro-bind", source, Source,
        .. outputDirectory is null ? Array.Empty<string>() : ["--bind", outputDirectory, Output],
    ];

    /// <summary>Most systems have links into /usr here.</summary>
    private static string[] Library(string folder) =>
        new DirectoryInfo(folder) is not { Exists: true } directory ? []
        : directory.LinkTarget is { } target ? ["--symlink", target, folder]
        : ["--ro-bind", folder, folder];

    private static string[] Own(string program)
    {
        var path = File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program;
        return new[] { program, path }
            .Select(file => Path.GetDirectoryName(file)!)
            .Where(folder => !folder.StartsWith("/usr/", StringComparison.Ordinal) && !LibraryFolders.Contains(folder))
            .Distinct()
            .SelectMany(folder => new[] { "--ro-bind", folder, folder })
            .ToArray();
    }
}
