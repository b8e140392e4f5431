using System.Globalization;

namespace EventTorrent.Benchmarks.Bus;

/// <summary>What processes have used, read from /proc.</summary>
internal static class ProcessTime
{
    /// <summary>USER_HZ, the same on every Linux machine.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>CPU seconds of a process and of its children, those that have ended too.</summary>
    public static double CpuSeconds(int pid) =>
        Fields(pid) is { } own ? Ticks(own, 13, 4) / TicksPerSecond + Children(pid).Sum(child => Fields(child) is { } fields ? Ticks(fields, 13, 2) : 0) / TicksPerSecond : 0;

    /// <summary>Resident memory of a process and its children, pages that they share counted once for each.</summary>
    public static long ResidentBytes(int pid) => Children(pid).Append(pid).Sum(ResidentOf);

    private static long ResidentOf(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("RssAnon", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static IEnumerable<int> Children(int pid) =>
        from directory in Directory.EnumerateDirectories("/proc")
        where int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out _)
        let child = int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture)
        where Fields(child) is { } fields && fields[3] == pid.ToString(CultureInfo.InvariantCulture)
        select child;

    private static double Ticks(string[] fields, int first, int count) =>
        fields.Skip(first).Take(count).Sum(field => double.Parse(field, CultureInfo.InvariantCulture));

    /// <summary>proc(5): the name, in parentheses, may hold spaces.</summary>
    private static string[]? Fields(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            var end = text.LastIndexOf(')');
            return ["", "", .. text[(end + 2)..].Split(' ')];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
