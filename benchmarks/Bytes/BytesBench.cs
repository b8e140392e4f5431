using EventTorrent.Media;
using EventTorrent.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Benchmarks.Bytes;

/// <summary>
/// Bytes and rounds that ten screenshots cost in every container: ours, ffmpeg's by demand paging, and reading on from the start,
/// beside the least that is possible. Counted on a local file by units; the way through a swarm is measured by <see cref="ShotsBench"/>.
/// </summary>
internal static class BytesBench
{
    private const int Shots = 10;
    private const int IndexedRounds = 4;
    private const double IndexedRatio = 1.10;
    private const double SearchedRatio = 4.5;

    private static readonly int[] Widths = [24, 7, 6, 6, 6, 5, 6, 6, 5, 6, 6];

    private static readonly (string Name, long Bytes)[] Units =
        [("blocks", 16 * 1024), ("256 KiB", 256 * 1024), ("1 MiB", 1 << 20), ("4 MiB", 4 << 20)];

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        report.Line($"{Shots} shots of 16 minutes of 720p; MiB of all units (16 KiB blocks, or pieces of that size) that were touched.");
        report.Line("least: the index and the chosen keyframes. ours: all that was read. paging: ffmpeg -ss -noaccurate_seek -fps_mode passthrough, each read");
        report.Line("fetched when it comes, all calls sharing what is there. on: from the start to the last of the keyframes. Ratios to the least.");
        report.Line();
        report.Row(Widths, "container", "unit", "least", "index", "ours", "ratio", "rounds", "paging", "ratio", "rounds", "on");
        var rows = new List<Row>();
        foreach (var film in BytesFilm.All)
        {
            var measured = await MeasureAsync(film, cancellationToken);
            measured.ForEach(row => Print(report, row));
            rows.AddRange(measured);
        }

        report.Line();
        var (indexed, searched) = (rows.FindAll(row => row.Film.IsIndexed), rows.FindAll(row => !row.Film.IsIndexed));
        Judge(report, "With an index", indexed, IndexedRatio, IndexedRounds);
        Judge(report, "Without an index", searched, SearchedRatio, int.MaxValue);
        report.Figure("with an index, bytes to the least possible, in the worst case", indexed.Max(row => row.Ratio), "0.00", atMost: IndexedRatio);
        report.Figure("with an index, rounds, in the worst case", indexed.Max(row => row.Rounds), "0", atMost: IndexedRounds);
        report.Figure("without an index, bytes to the least possible, in the worst case", searched.Max(row => row.Ratio), "0.00", atMost: SearchedRatio);
        report.Line("Without an index a keyframe is looked for near each of ten places: paging is told where it is, and ours is not.");
    }

    private static async Task<List<Row>> MeasureAsync(BytesFilm film, CancellationToken cancellationToken)
    {
        await using var directory = new TempDirectory();
        var path = directory["film"];
        await film.MakeAsync(path, cancellationToken);
        using var file = new FileByteSource(path);
        var source = new LoggedSource(file);
        using var screenshotter = new Screenshotter(new MediaOptions(), NullLogger<Screenshotter>.Instance);
        var plan = await screenshotter.PlanAsync(source, Shots, cancellationToken);
        var taken = await screenshotter.TakeAsync(source, plan, new HashSet<int>(), cancellationToken).OrderBy(shot => shot.Index).ToListAsync(cancellationToken);
        if (taken.Count != Shots)
        {
            throw new InvalidOperationException($"{film.Name}: {taken.Count} of {Shots} pictures.");
        }

        var keyframes = plan.Shots.Select(shot => Span(shot.Keyframes[0].Range)).ToList();
        var needed = plan.Needed.Select(Span).ToList();
        var index = plan.Needed.Where(range => !plan.Shots.Any(shot => shot.Keyframes[0].Range == range)).Select(Span).ToList();
        var paging = await DemandPaging.RunAsync(path, film, [.. taken.Select(shot => shot.TakenAt)], cancellationToken);
        NeededBytes.ByteSpan[] on = [new(0, keyframes.Max(span => span.Offset + span.Length))];
        return Units.Select(unit => new Row(
            film,
            unit.Name,
            LeastBytes: NeededBytes.Of(needed, unit.Bytes, file.Length),
            IndexBytes: NeededBytes.Of(index, unit.Bytes, file.Length),
            OurBytes: NeededBytes.Of(source.Log.Spans, unit.Bytes, file.Length),
            Rounds: source.Log.CountRounds(unit.Bytes, []),
            PagingBytes: paging.CountBytes(unit.Bytes, file.Length),
            PagingRounds: paging.CountRounds(unit.Bytes),
            OnBytes: NeededBytes.Of(on, unit.Bytes, file.Length))).ToList();
    }

    private static void Print(Report report, Row row) => report.Row(
        Widths,
        row.Film.Name, row.Unit, Mebibytes(row.LeastBytes), Mebibytes(row.IndexBytes), Mebibytes(row.OurBytes), Text($"{row.Ratio:0.00}"), Text($"{row.Rounds}"),
        Mebibytes(row.PagingBytes), Text($"{(double)row.PagingBytes / row.LeastBytes:0.00}"), Text($"{row.PagingRounds}"), Mebibytes(row.OnBytes));

    /// <summary>Names the rows that miss a goal.</summary>
    private static void Judge(Report report, string what, List<Row> rows, double ratio, int rounds)
    {
        var missed = rows.FindAll(row => row.Ratio > ratio || row.Rounds > rounds);
        report.Line($"{what}: {rows.Count - missed.Count} of {rows.Count} rows within {ratio:0.00} times the least{(rounds < int.MaxValue ? $" and {rounds} rounds" : "")}; greatest {rows.Max(row => row.Ratio):0.00}, {rows.Max(row => row.Rounds)} rounds.");
        foreach (var row in missed)
        {
            report.Line($"  missed: {row.Film.Name}, {row.Unit}: {row.Ratio:0.00}, {row.Rounds} rounds, {row.OurBytes - row.LeastBytes:N0} bytes too many");
        }
    }

    private static NeededBytes.ByteSpan Span(ByteRange range) => new(range.Offset, range.Length);

    private static string Mebibytes(long bytes) => Text($"{bytes / 1048576.0:0.00}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Row(
        BytesFilm Film, string Unit, long LeastBytes, long IndexBytes, long OurBytes, int Rounds, long PagingBytes, int PagingRounds, long OnBytes)
    {
        public double Ratio => (double)OurBytes / LeastBytes;
    }
}
