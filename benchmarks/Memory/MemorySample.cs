using System.Globalization;

namespace EventTorrent.Benchmarks.Memory;

/// <summary>What this process holds at a moment (proc(5), status).</summary>
internal sealed record MemorySample(double ResidentMebibytes, double AnonymousMebibytes, double ManagedMebibytes, int Threads, int OpenFiles)
{
    public static MemorySample Take()
    {
        var status = File.ReadLines("/proc/self/status").Select(line => line.Split(':', 2)).ToDictionary(cells => cells[0], cells => cells[1].Trim().Split(' ')[0]);
        return new MemorySample(
            Kibibytes("VmRSS") / 1024,
            Kibibytes("RssAnon") / 1024,
            GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes / 1048576.0,
            int.Parse(status["Threads"], CultureInfo.InvariantCulture),
            Directory.GetFileSystemEntries("/proc/self/fd").Length);

        double Kibibytes(string key) => double.Parse(status[key], CultureInfo.InvariantCulture);
    }
}
