using System.Diagnostics.Metrics;
using EventTorrent.Contracts;
using EventTorrent.Hosting.Telemetry;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas;

/// <summary>
/// What becomes of tasks, as this process decides it. A message whose transaction failed is handled again, and may so be
/// counted twice; what must be exact is in the rows (<see cref="TaskCensus"/>).
/// </summary>
public sealed class SagaMetrics
{
    /// <summary>From a warm torrent to a swarm that has to be waited for, in seconds.</summary>
    private static readonly InstrumentAdvice<double> Waits = new() { HistogramBucketBoundaries = [1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 1800, 3600] };

    private readonly Counter<long> _transitions;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _issued;
    private readonly Counter<long> _overdue;
    private readonly Histogram<double> _firstShot;
    private readonly Histogram<double> _playable;

    public SagaMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        _transitions = meter.CreateCounter<long>("eventtorrent.task.transitions", null, "Tasks that came into a state.");
        _failures = meter.CreateCounter<long>("eventtorrent.work.failures", null, "Attempts that failed, by step, cause, and whether another one follows.");
        _issued = meter.CreateCounter<long>("eventtorrent.leases.issued", null, "Commands issued, each under a new lease.");
        _overdue = meter.CreateCounter<long>("eventtorrent.leases.overdue", null, "Leases whose worker was silent for too long.");
        _firstShot = meter.CreateHistogram("eventtorrent.task.first_shot", "s", "From the submission to the first stored picture.", advice: Waits);
        _playable = meter.CreateHistogram("eventtorrent.task.playable", "s", "From the submission to a stream that can be played.", advice: Waits);
    }

    internal void Issued(Step step) => _issued.Add(1, Of(step));

    internal void Overdue(Step step) => _overdue.Add(1, Of(step));

    internal void Moved(TorrentTask task, string state, DateTimeOffset now)
    {
        _transitions.Add(1, new KeyValuePair<string, object?>("state", state));
        if (state == nameof(TaskState.Playable))
        {
            _playable.Record((now - task.CreatedAt).TotalSeconds);
        }
    }

    internal void FirstShot(TorrentTask task, DateTimeOffset now) => _firstShot.Record((now - task.CreatedAt).TotalSeconds);

    /// <summary>Only what <see cref="TaskRules"/> made of the report: the words of a report are somebody else's.</summary>
    internal void Failed(Step step, FailureKind? kind, bool again) =>
        _failures.Add(1, Of(step), new("cause", (kind ?? FailureKind.InternalError).ToString()), new("again", again ? "true" : "false"));

    private static KeyValuePair<string, object?> Of(Step step) => new("step", step.ToString());
}
