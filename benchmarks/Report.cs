using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks;

/// <summary>What a bench says: on standard output, and in a file under benchmarks/results.</summary>
internal sealed class Report : IDisposable
{
    private readonly StreamWriter _file;

    private Report(StreamWriter file) => _file = file;

    public static Report Create(string bench)
    {
        var directory = Directory.CreateDirectory(Path.Combine(RepositoryPaths.Root, "benchmarks", "results")).FullName;
        var now = TimeProvider.System.GetUtcNow();
        var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{bench}-{now:yyyyMMdd-HHmmss}.txt"));
        var report = new Report(new StreamWriter(path) { AutoFlush = true });
        report.Line(string.Create(CultureInfo.InvariantCulture, $"# {bench}, {now:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} processors, load {Load()}, .NET {Environment.Version}"));
        return report;
    }

    public void Line(string text = "")
    {
        Console.Out.WriteLine(text);
        _file.WriteLine(text);
    }

    public void Line(FormattableString text) => Line(FormattableString.Invariant(text));

    /// <summary>A plain table: the first column to the left, the others to the right.</summary>
    public void Table(string[] head, IEnumerable<string[]> rows)
    {
        var all = rows.Prepend(head).ToList();
        var widths = head.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            Row(widths, row);
        }

        Line();
    }

    /// <summary>A row of a table whose rows take their time, so that the widths of its columns are chosen before.</summary>
    public void Row(int[] widths, params string[] cells) =>
        Line(string.Join("  ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));

    /// <summary>One of the few figures that stand for the bench in the table of docs/benchmarks.md, where <c>./bench.sh all</c> puts them.</summary>
    public void Figure(string what, double measured, string format, double? atMost = null, double? atLeast = null)
    {
        var (bound, isMet) = (atMost ?? atLeast, !(measured > atMost) && !(measured < atLeast));
        var goal = bound is null ? "" : $"{(atMost is null ? "at least" : "at most")} {Text(bound.Value)}, {(isMet ? "met" : "**missed**")}";
        Line($"= {what} | {Text(measured)} | {goal}");

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }

    public void Dispose() => _file.Dispose();

    private static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
}
