using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

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

    /// <param name="file">Index of the file in the torrent.</param>
    public async Task WriteAsync(Media.Screenshot shot, int file, bool verified, CancellationToken cancellationToken)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{shot.Index + 1:00}_{(int)shot.TakenAt.TotalHours:00}-{shot.TakenAt.Minutes:00}-{shot.TakenAt.Seconds:00}.jpg");
        var path = Path.Combine(directory.FullName, name);
        await WriteWholeAsync(path, shot.Jpeg, cancellationToken);
        FirstShotMilliseconds ??= _clock.ElapsedMilliseconds;
        _shots[shot.Index] = new ShotsReport.Shot(
            shot.Index, Seconds(shot.WantedAt), Seconds(shot.TakenAt), shot.Width, shot.Height, path, file, verified,
            shot.Jpeg.Length, Convert.ToHexStringLower(SHA256.HashData(shot.Jpeg.Span)));
        progress.Taken(_shots.Count);
    }

    /// <summary>The report beside the pictures, as shots.json.</summary>
    public Task WriteReportAsync(ShotsReport report, CancellationToken cancellationToken) =>
        WriteWholeAsync(Path.Combine(directory.FullName, "shots.json"), Encoding.UTF8.GetBytes(report.ToJson()), cancellationToken);

    public void Finish() => progress.Finish();

    /// <summary>Under its own name only when it is whole.</summary>
    private async Task WriteWholeAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        directory.Create();
        await File.WriteAllBytesAsync(path + ".tmp", content, cancellationToken);
        File.Move(path + ".tmp", path, overwrite: true);
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
