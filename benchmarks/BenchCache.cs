namespace EventTorrent.Benchmarks;

/// <summary>Material that is expensive to make, kept in the temporary directory from one run to the next.</summary>
internal static class BenchCache
{
    public static string Directory { get; } = System.IO.Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "eventtorrent-bench")).FullName;

    /// <summary>The path of a file, made when it is not there; a file that was left half made is never taken for it.</summary>
    public static async Task<string> GetAsync(string name, Func<string, Task> make)
    {
        var path = Path.Combine(Directory, name);
        if (!File.Exists(path))
        {
            var unfinished = Path.Combine(Directory, $"{Environment.ProcessId}.{name}");
            try
            {
                await make(unfinished);
                File.Move(unfinished, path, overwrite: true);
            }
            finally
            {
                File.Delete(unfinished);
            }
        }

        return path;
    }
}
