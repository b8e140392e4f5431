using System.Globalization;
using EventTorrent.Media.Paging;
using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

/// <summary>Every real file of a kind that has no reader here: right pictures, or a named cause in time.</summary>
public sealed class Corpus_by_paging
{
    private const int Shots = 3;

    /// <summary>Of JPEG and of scaling; another picture is further away.</summary>
    private const double MaxDistance = 8;

    /// <summary>Cut off after half a minute's first pictures; the header's table leads behind the end.</summary>
    private static readonly string[] Refused = ["fate__op-partial.mp4"];

    private static readonly string[] ReadByUs = ["mov", "matroska", "avi", "flv", "asf", "mpegts", "mpeg"];

    [Fact]
    public async Task Every_file_gives_its_pictures()
    {
        var wrong = new List<string>();
        TestContext.Current.TestOutputHelper!.WriteLine($"{"file",-40} {"container",-10} want  got right damaged  fetched     size");
        foreach (var file in Corpus.Files().Where(IsPaged))
        {
            var (isRight, report) = await TakeAsync(file);
            var line = $"{file.Name,-40} {file.Container,-10} {Math.Clamp(file.DecodedKeyframes, 1, Shots),4} {report}";
            TestContext.Current.TestOutputHelper!.WriteLine(line);
            if (!isRight)
                wrong.Add(line);
        }

        Assert.Empty(wrong);
    }

    private static bool IsPaged(Corpus.Entry file) =>
        file.DecodedKeyframes > 0 && (file.Name == "fate__roundup997.mp4" || (file.Container.Length > 0 && !ReadByUs.Contains(file.Container)));

    private static async Task<(bool IsRight, string Report)> TakeAsync(Corpus.Entry entry)
    {
        var file = new PagedFile(await File.ReadAllBytesAsync(entry.Path, TestContext.Current.CancellationToken));
        ScreenshotPlan plan;
        List<Screenshot> shots;
        try
        {
            plan = await Shoot.PlanAsync(file, Shots);
            shots = await Shoot.TakeAsync(file, plan);
        }
        catch (MediaException e)
        {
            return (Refused.Contains(entry.Name), $"   0     - {e.Kind}: {e.Message}");
        }

        var right = 0;
        foreach (var shot in shots)
            right += await DistanceAsync(shot, entry.Path, plan.Container) < MaxDistance ? 1 : 0;
        return (right == shots.Count, string.Create(CultureInfo.InvariantCulture,
            $"{shots.Count,4} {right,5} {shots.Count(shot => shot.IsDamaged),7} {file.TouchedBytes,8} {file.Length,8} {plan.Codec} {plan.Duration.TotalSeconds:0.0} s"));
    }

    /// <summary>Times in a bare stream are estimates.</summary>
    private static Task<double> DistanceAsync(Screenshot shot, string path, string container) =>
        PagedFormats.IsBare(container) ? Frames.DistanceToAnyAsync(shot, path, container) : Frames.DistanceAsync(shot, path, container);
}
