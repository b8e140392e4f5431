using System.Diagnostics;
using EventTorrent.Benchmarks.Corpus;
using EventTorrent.Media;
using EventTorrent.Media.Hls;
using EventTorrent.TestKit;

namespace EventTorrent.Benchmarks.Hls;

/// <summary>
/// Every file of the shared corpus: what its stream is made of, or why there is none. The streams of short files are made, and played through:
/// the frames that a decoder makes of the file and of the stream. HEVC and AV1 that can be kept are made a second time, kept.
/// </summary>
internal static class HlsCorpusBench
{
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Of the columns; the last one needs none.</summary>
    private static readonly int[] Widths = [72, 58, 48, 16, 6, 0];

    private static readonly (string, string)[] Quick = [("Hls:Preset", "ultrafast"), ("Media:Jail", "Off")];

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        report.Line($"Files of at most {Short.TotalSeconds} s are made into streams within {Patience.TotalSeconds} s and played through. frames: of the file and of the stream, as ffprobe decodes them.");
        report.Line();
        var (maker, keeper) = (HlsTools.Maker(Quick), HlsTools.Maker([.. Quick, ("Hls:KeepHevcAndAv1", "true")]));
        report.Row(Widths, "file", "video", "others", "frames", "s", "cause");
        var rows = new List<HlsCorpusRow>();
        foreach (var file in CorpusFile.ReadAll())
        {
            var row = await TryAsync(maker, file, "", cancellationToken);
            Print(report, row);
            rows.Add(row);
            if (row.IsRefused || row.CopiedCodec is not null)
                continue;

            var kept = await TryAsync(keeper, file, " (kept)", cancellationToken, onlyIfKept: true);
            if (kept.CopiedCodec is not null)
            {
                Print(report, kept);
                rows.Add(kept);
            }
        }

        report.Line();
        Summarize(report, rows);
    }

    private static async Task<HlsCorpusRow> TryAsync(HlsMaker maker, CorpusFile file, string note, CancellationToken cancellationToken, bool onlyIfKept = false)
    {
        await using var directory = new TempDirectory();
        var folder = new HlsFolder(directory["0.hls"]);
        var row = new HlsCorpusRow { Name = file.Name + note };
        var clock = Stopwatch.StartNew();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var plan = await maker.PlanAsync(file.Path, folder, [], patience.Token);
            if (onlyIfKept && plan.CopiedCodec is null)
                return row;

            row = row.With(plan);
            if (plan.Duration <= TimeSpan.Zero || plan.Duration > Short)
                return row with { Cause = plan.Duration > Short ? "planned only: long" : "planned only: of unknown length" };

            for (var item = 0; item < plan.ItemCount; item++)
                await maker.MakeAsync(plan, item, file.Path, folder, _ => { }, patience.Token);
            await maker.TryFinishAsync(plan, folder, patience.Token);
            row = row with { IsMade = true, Elapsed = clock.Elapsed };
            var before = await CountAsync(file.Path, plan.Demuxer, plan.VideoStream, cancellationToken);
            return row with { FramesIn = before, FramesOut = await CountAsync(Path.Join(folder.Final, "v0.m3u8"), "hls", 0, cancellationToken) };
        }
        catch (MediaException refusal)
        {
            return row with { IsRefused = true, Elapsed = clock.Elapsed, Cause = $"{refusal.Kind}: {refusal.Message}" };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return row with { Cause = "not within the time" };
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return row with { HasCrashed = true, Cause = $"{fault.GetType().Name}: {fault.Message}" };
        }
    }

    /// <summary>Frames of a stream, as a decoder of one thread makes them; 0 when it makes none in time.</summary>
    private static async Task<int> CountAsync(string path, string demuxer, int stream, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = await HlsTools.RunAsync(
                "ffprobe",
                [
                    "-v", "quiet", "-threads", "1", "-protocol_whitelist", "file", "-f", demuxer, "-count_frames",
                    "-select_streams", FormattableString.Invariant($"{stream}"), "-show_entries", "stream=nb_read_frames", "-of", "default=nw=1:nk=1", path,
                ],
                patience.Token);
            return output.Split('\n').Select(line => int.TryParse(line, out var number) ? number : 0).FirstOrDefault(number => number > 0);
        }
        catch (Exception failure) when (failure is InvalidOperationException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return 0;
        }
    }

    private static void Print(Report report, HlsCorpusRow row) => report.Row(
        Widths, row.Name, row.Video, row.Others,
        row.IsMade ? FormattableString.Invariant($"{row.FramesIn} {(row.IsWhole ? "=" : "!=")} {row.FramesOut}") : "",
        row.Elapsed > TimeSpan.Zero ? FormattableString.Invariant($"{row.Elapsed.TotalSeconds:0.0}") : "",
        row.Cause);

    private static void Summarize(Report report, List<HlsCorpusRow> rows)
    {
        var made = rows.FindAll(row => row.IsMade);
        var refused = rows.FindAll(row => row.IsRefused);
        report.Line($"{rows.Count} rows: {made.Count} streams made, {made.Count(row => row.IsWhole)} of them with every frame of their files; {refused.Count} refused with a cause; {rows.Count(row => row.HasCrashed)} crashes (goal: 0).");
        report.Figure("streams with every frame of their files", (double)made.Count(row => row.IsWhole) / made.Count, "0.0 %");
        report.Figure("files that make the maker crash", rows.Count(row => row.HasCrashed), "0", atMost: 0);
        foreach (var row in made.Where(row => !row.IsWhole))
            report.Line($"  not every frame: {row.Name}: {row.FramesIn} and {row.FramesOut} ({row.Video})");
        foreach (var row in refused.Where(row => row.Video.Length > 0))
            report.Line($"  planned and not made: {row.Name}: {row.Cause}");
        foreach (var row in rows.Where(row => row.HasCrashed))
            report.Line($"  crashed: {row.Name}: {row.Cause}");
    }
}
