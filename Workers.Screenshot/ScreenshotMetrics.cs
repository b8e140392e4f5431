using System.Diagnostics.Metrics;
using EventTorrent.Hosting.Telemetry;

namespace EventTorrent.Workers.Screenshot;

/// <summary>What pictures cost beside what the whole files would have.</summary>
public sealed class ScreenshotMetrics
{
    private readonly Counter<long> _fetched;
    private readonly Counter<long> _needed;
    private readonly Counter<long> _file;
    private readonly Counter<long> _pictures;

    public ScreenshotMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        _fetched = meter.CreateCounter<long>("eventtorrent.screenshots.fetched", "By", "Payload fetched for videos whose pictures are complete, under the last lease of each.");
        _needed = meter.CreateCounter<long>("eventtorrent.screenshots.needed", "By", "Of the same videos: the index and the chosen keyframes.");
        _file = meter.CreateCounter<long>("eventtorrent.screenshots.file", "By", "Of the same videos: their whole files.");
        _pictures = meter.CreateCounter<long>("eventtorrent.screenshots.taken", null, "Pictures decoded, by whether all their bytes were checked against a hash.");
    }

    internal void Taken(bool verified) => _pictures.Add(1, new KeyValuePair<string, object?>("verified", verified ? "true" : "false"));

    internal void Completed(long fetchedBytes, long neededBytes, long fileBytes)
    {
        _fetched.Add(fetchedBytes);
        _needed.Add(neededBytes);
        _file.Add(fileBytes);
    }
}
