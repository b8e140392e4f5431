using System.Diagnostics;
using System.Globalization;

namespace EventTorrent.AllInOne.Shots;

/// <summary>Writes the pictures and keeps what the report says of them.</summary>
internal sealed class ShotsSink(DirectoryInfo directory, ShotsProgress progress)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly SortedDictionary<int, ShotsReport.Shot> _shots = [];

    public IReadOnlyCollection<ShotsReport.Shot> Shots => _shots.Values;

    public long? FirstShotMilliseconds { get; private set; }

    public void Stage(string what) => progress.Stage(what);

    public void Expect(int shots) => progress.Expect(shots);

    /// <summary>Under its own name only when it is whole.</summary>
    public async Task WriteAsync(Media.Screenshot shot, CancellationToken cancellationToken)
    {
        directory.Create();
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{shot.Index + 1:00}_{(int)shot.TakenAt.TotalHours:00}-{shot.TakenAt.Minutes:00}-{shot.TakenAt.Seconds:00}.jpg");
        var path = Path.Combine(directory.FullName, name);
        await File.WriteAllBytesAsync(path + ".tmp", shot.Jpeg, cancellationToken);
        File.Move(path + ".tmp", path, overwrite: true);
        FirstShotMilliseconds ??= _clock.ElapsedMilliseconds;
        _shots[shot.Index] = new ShotsReport.Shot(
            shot.Index, Seconds(shot.WantedAt), Seconds(shot.TakenAt), shot.Width, shot.Height, path);
        progress.Taken(_shots.Count);
    }

    public void Finish() => progress.Finish();

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
