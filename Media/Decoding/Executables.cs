namespace EventTorrent.Media.Decoding;

/// <summary>Finds programs as a shell does, so that a missing one is noticed before anything is started.</summary>
internal static class Executables
{
    /// <param name="program">A path, or a name to look for in PATH.</param>
    /// <returns>An absolute path, or null.</returns>
    public static string? Find(string program)
    {
        if (program.Contains(Path.DirectorySeparatorChar))
            return File.Exists(program) ? Path.GetFullPath(program) : null;

        string[] names = OperatingSystem.IsWindows() ? [program + ".exe", program] : [program];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(directory => names.Select(name => Path.Join(directory, name)))
            .FirstOrDefault(File.Exists);
    }
}
