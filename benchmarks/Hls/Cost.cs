using System.Diagnostics;
using System.Globalization;

namespace EventTorrent.Benchmarks.Hls;

/// <summary>What some work took, in seconds.</summary>
internal sealed record Cost(double Wall, double Processor)
{
    public static async Task<Cost> MeasureAsync(Func<Task> work)
    {
        var (watch, before) = (Stopwatch.StartNew(), ProcessorSeconds());
        await work();
        return new(watch.Elapsed.TotalSeconds, ProcessorSeconds() - before);
    }

    /// <summary>
    /// Of this process and of all that it has started and waited for (proc(5), stat: fields 14 to 17, in hundredths of a second). What ran in
    /// a jail is not among them: bubblewrap does not wait for it.
    /// </summary>
    private static double ProcessorSeconds()
    {
        const int TicksPerSecond = 100;
        var stat = File.ReadAllText("/proc/self/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
