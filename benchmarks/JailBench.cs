using System.Diagnostics;
using EventTorrent.Media;
using EventTorrent.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Benchmarks;

/// <summary>What the jail costs each picture: the same keyframes of a local video with and without it, turn and turn about, one process at a time.</summary>
internal static class JailBench
{
    private const int Shots = 10;
    private const int DefaultRepetitions = 5;

    private static readonly TestVideoOptions Film = new() { Width = 1280, Height = 720, Noise = 10, Duration = TimeSpan.FromSeconds(60), GopSeconds = "2" };

    public static async Task RunAsync(Report report, int repetitions, CancellationToken cancellationToken)
    {
        using var file = new FileByteSource(await TestVideo.MakeAsync(Film, cancellationToken));
        using var free = New(JailMode.Off);
        using var jailed = New(JailMode.Required);
        var plan = await free.PlanAsync(file, Shots, cancellationToken);
        var times = new List<(double Free, double Jailed)>();
        // The first turn finds the programs and tries the jail.
        await TakeAsync(free);
        await TakeAsync(jailed);
        for (var repetition = 0; repetition < (repetitions > 0 ? repetitions : DefaultRepetitions); repetition++)
        {
            times.Add((await TakeAsync(free), await TakeAsync(jailed)));
        }

        report.Line($"Keyframes of 720p H.264, {Shots} in each turn, n = {times.Count}");
        report.Line();
        report.Table(
            ["ffmpeg", "ms per picture"],
            [
                ["under limits only", Spread.Of(times.Select(time => time.Free)).ToString("0")],
                ["in the jail too", Spread.Of(times.Select(time => time.Jailed)).ToString("0")],
                ["difference", Spread.Of(times.Select(time => time.Jailed - time.Free)).ToString("0")],
            ]);
        report.Figure("what the jail adds to a picture, ms", Spread.Of(times.Select(time => time.Jailed - time.Free)).Median, "0");

        async Task<double> TakeAsync(Screenshotter screenshotter)
        {
            var watch = Stopwatch.StartNew();
            var taken = await screenshotter.TakeAsync(file, plan, new HashSet<int>(), cancellationToken).CountAsync(cancellationToken);
            return taken == Shots ? watch.Elapsed.TotalMilliseconds / Shots : throw new InvalidOperationException($"{taken} of {Shots} pictures.");
        }
    }

    private static Screenshotter New(JailMode mode) =>
        new(new MediaOptions { Jail = mode, MaxProcesses = 1 }, NullLogger<Screenshotter>.Instance);
}
