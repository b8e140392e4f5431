namespace EventTorrent.Media.Decoding;

/// <summary>Finds programs as a shell does, so that a missing one is noticed before anything is started.</summary>
internal static class Executables
{
    /// <param name="program">A path, or a name to look for in PATH.</param>
    /// <returns>An absolute path, or null.</returns>
    public static string? Find(string program)
    {
        if (program.Contains(Path.DirectorySeparatorChar))
            return CanRun(program) ? Path.GetFullPath(program) : null;

        string[] names = OperatingSystem.IsWindows() ? [program + ".exe", program] : [program];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(directory => names.Select(name => Path.Join(directory, name)))
            .FirstOrDefault(CanRun);
    }

    private static bool CanRun(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != 0);
    }
}
