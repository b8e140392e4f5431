using System.Diagnostics.Metrics;
using EventTorrent.Contracts;
using EventTorrent.Hosting.Telemetry;

namespace EventTorrent.Hosting.Leases;

/// <summary>How the work of this process goes, by step.</summary>
public sealed class LeaseMetrics
{
    /// <summary>From one picture of a warm torrent to a whole slice, in seconds.</summary>
    private static readonly InstrumentAdvice<double> Durations = new() { HistogramBucketBoundaries = [1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600] };

    private static readonly InstrumentAdvice<double> Speeds = new() { HistogramBucketBoundaries = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64] };

    private readonly Histogram<double> _durations;
    private readonly Histogram<double> _speeds;
    private readonly Counter<long> _fetched;

    public LeaseMetrics(IMeterFactory meters, RunningWork running, IEnumerable<WorkerIdentity> identities)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        _durations = meter.CreateHistogram("eventtorrent.work.duration", "s", "Time that a worker had a lease, by step and how it ended.", advice: Durations);
        _speeds = meter.CreateHistogram(
            "eventtorrent.transcode.speed", null, "Seconds of video per second, at each heartbeat of an encoder.", advice: Speeds);
        _fetched = meter.CreateCounter<long>("eventtorrent.work.fetched", "By", "Payload that came from swarms, by step; what came twice is counted twice.");
        meter.CreateObservableGauge(
            "eventtorrent.work.slots", () => identities.Select(identity => Of(identity.Step, identity.Slots)), null, "Work items that this process takes at once.");
        meter.CreateObservableGauge(
            "eventtorrent.work.running", () => identities.Select(identity => Of(identity.Step, running.CountOf(identity.Step))), null,
            "Work items that it has now.");
    }

    /// <param name="outcome">A word of ours.</param>
    internal void Ended(Step step, string outcome, TimeSpan duration) =>
        _durations.Record(duration.TotalSeconds, new("step", step.ToString()), new("outcome", outcome));

    internal void Fetched(Step step, long bytes) => _fetched.Add(bytes, new KeyValuePair<string, object?>("step", step.ToString()));

    internal void Encoded(double speed) => _speeds.Record(speed);

    private static Measurement<long> Of(Step step, long value) => new(value, new KeyValuePair<string, object?>("step", step.ToString()));
}
