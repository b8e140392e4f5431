using System.Globalization;
using EventTorrent.Benchmarks.Bus;

namespace EventTorrent.Benchmarks.Download;

/// <summary>What a process has used so far (proc(5), status).</summary>
internal sealed record Cost(double ProcessorSeconds, long PeakBytes, long AnonymousBytes)
{
    public static Cost Of(int pid)
    {
        var status = File.ReadLines($"/proc/{pid}/status").Select(line => line.Split(':', 2)).ToDictionary(cells => cells[0], cells => cells[1].Trim().Split(' ')[0]);
        return new Cost(ProcessTime.CpuSeconds(pid), Bytes("VmHWM"), Bytes("RssAnon"));

        long Bytes(string key) => long.Parse(status[key], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>The processor's part since then; memory is as it is now.</summary>
    public Cost Since(Cost start) => this with { ProcessorSeconds = ProcessorSeconds - start.ProcessorSeconds };
}
