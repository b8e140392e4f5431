using System.Diagnostics;
using EventTorrent.Media;
using EventTorrent.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Benchmarks.Corpus;

/// <summary>Every file of the shared corpus: the pictures that it gives, whether they are those of the whole file, and why not.</summary>
internal static class CorpusBench
{
    private const int Shots = 10;
    private const double GoalPercent = 95;
    private static readonly TimeSpan CauseGoal = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        report.Line($"{Shots} shots of each file of the corpus. want: as many, or as many as ffmpeg finds keyframes. equal: the JPEG is bit for bit that of a picture of");
        report.Line("the whole file, decoded from its beginning; (+n): not, but that of ffmpeg when it begins there. s: to the last picture or the cause.");
        report.Line();
        await using var scratch = new TempDirectory();
        var temporary = Environment.GetEnvironmentVariable("TMPDIR");
        Environment.SetEnvironmentVariable("TMPDIR", scratch.FullPath);
        try
        {
            var rows = new List<Row>();
            foreach (var file in CorpusFile.ReadAll())
            {
                rows.Add(await TakeAsync(file, cancellationToken));
            }

            Print(report, rows);
            report.Line($"Afterwards: {CountChildren()} child processes, {Directory.GetFileSystemEntries(scratch.FullPath).Length} temporary files.");
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", temporary);
        }
    }

    private static async Task<Row> TakeAsync(CorpusFile file, CancellationToken cancellationToken)
    {
        using var source = new FileByteSource(file.Path);
        using var screenshotter = new Screenshotter(new MediaOptions(), NullLogger<Screenshotter>.Instance);
        var shots = new List<Screenshot>();
        var container = file.Demuxer;
        var cause = "";
        var clock = Stopwatch.StartNew();
        try
        {
            var plan = await screenshotter.PlanAsync(source, Shots, cancellationToken);
            container = plan.Container;
            shots = await screenshotter.TakeAsync(source, plan, new HashSet<int>(), cancellationToken).ToListAsync(cancellationToken);
        }
        catch (MediaException failure)
        {
            cause = $"{failure.Kind}: {failure.Message}";
        }

        var elapsed = clock.Elapsed;
        var (equal, sought) = shots.Count > 0 ? await new ReferencePictures(file).CompareAsync(shots, cancellationToken) : default;
        return new Row(file, container, shots.Count, equal, sought, elapsed, cause);
    }

    private static void Print(Report report, List<Row> rows)
    {
        report.Table(
            ["file", "container", "want", "got", "equal", "s", "cause"],
            rows.Select(row => (string[])
            [
                row.File.Name, row.Container, Text($"{Math.Min(Shots, row.File.Keyframes)}"), Text($"{row.Got}"),
                row.Sought > 0 ? Text($"{row.Equal} (+{row.Sought})") : Text($"{row.Equal}"), Text($"{row.Elapsed.TotalSeconds:0.0}"), row.Cause,
            ]));
        var decodable = rows.FindAll(row => row.File.Keyframes > 0);
        var right = decodable.FindAll(row => row.IsRight);
        var exact = right.Count(row => row.Equal == row.Got);
        var others = rows.FindAll(row => row.File.Keyframes == 0 && row.Got == 0);
        var causes = rows.FindAll(row => row.Got == 0);
        var slow = causes.FindAll(row => row.Elapsed > CauseGoal);
        report.Line($"{right.Count} of {decodable.Count} files with a decodable keyframe give right pictures only: {100.0 * right.Count / decodable.Count:0.0} % (goal: {GoalPercent:0}); {exact} of them bit for bit, the others as ffmpeg does when it begins at that keyframe.");
        foreach (var row in decodable.Except(right))
        {
            report.Line($"  not: {row.File.Name}: {(row.Got == 0 ? row.Cause : Text($"{row.Equal + row.Sought} of {row.Got} pictures"))}");
        }

        report.Line($"{others.Count} of {rows.Count - decodable.Count} files without one give a named cause; {causes.Count} causes in all, {causes.Count - slow.Count} of them within {CauseGoal.TotalSeconds:0} s{(causes.Count > 0 ? Text($", the slowest after {causes.Max(row => row.Elapsed).TotalSeconds:0.0} s") : "")}.");
        report.Figure("files with a keyframe that give right pictures only", (double)right.Count / decodable.Count, "0.0 %", atLeast: GoalPercent / 100);
        report.Figure("files without pictures whose cause is named, s until the slowest", causes.Select(row => row.Elapsed.TotalSeconds).DefaultIfEmpty().Max(), "0.0", atMost: CauseGoal.TotalSeconds);
    }

    /// <summary>Whichever thread started them.</summary>
    private static int CountChildren() =>
        Directory.GetDirectories("/proc/self/task").Sum(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Row(CorpusFile File, string Container, int Got, int Equal, int Sought, TimeSpan Elapsed, string Cause)
    {
        public bool IsRight => Got > 0 && Equal + Sought == Got;
    }
}
