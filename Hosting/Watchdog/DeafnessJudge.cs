namespace EventTorrent.Hosting.Watchdog;

/// <summary>
/// Decides whether an endpoint is deaf. Invariants:
/// <list type="bullet">
/// <item>Only what holds at every look for the whole time counts; one look where it does not hold begins it anew.</item>
/// <item>While the broker is away nothing is decided, and what was seen before is forgotten.</item>
/// <item>After a pause in looking (the process was frozen) what was seen before is forgotten too.</item>
/// <item>A saturated endpoint is not deaf: without a free slot its silence says nothing.</item>
/// </list>
/// Times are those of a clock that only goes forward.
/// </summary>
public sealed class DeafnessJudge(WatchdogOptions options)
{
    /// <summary>So many intervals without a look are a pause.</summary>
    private const int PauseIntervals = 4;

    private readonly Dictionary<(string Queue, Suspicion Suspicion), TimeSpan> _since = [];
    private TimeSpan _lastLook = TimeSpan.MinValue;

    private enum Suspicion
    {
        Lost,
        Stuck,
        Silent,
    }

    /// <summary>The broker did not answer.</summary>
    public void Forget() => _since.Clear();

    /// <summary>Takes what was seen at one look.</summary>
    /// <param name="seen">Each endpoint with its queue, or null when there is no such queue.</param>
    /// <returns>Why the process must end, or null.</returns>
    public string? Judge(IEnumerable<(EndpointFacts Endpoint, QueueCounts? Queue)> seen, TimeSpan now)
    {
        if (_lastLook != TimeSpan.MinValue && now - _lastLook > PauseIntervals * options.Interval)
        {
            Forget();
        }

        _lastLook = now;
        // All of them are looked at, so that each one's time is kept.
        return seen.Select(one => JudgeOne(one.Endpoint, one.Queue, now)).ToList().Find(reason => reason is not null);
    }

    private string? JudgeOne(EndpointFacts endpoint, QueueCounts? queue, TimeSpan now)
    {
        var free = endpoint.Slots - endpoint.Running;
        var lost = Lasts(
            endpoint.Queue, Suspicion.Lost, !endpoint.IsReady || queue is null || queue.Consumers == 0, now, options.LostAfter);
        var stuck = Lasts(endpoint.Queue, Suspicion.Stuck, endpoint.Orphaned > 0, now, options.StuckAfter);
        var silent = Lasts(
            endpoint.Queue, Suspicion.Silent, queue?.Ready > 0 && free > 0, now, options.SilentAfter)
            && now - endpoint.LastDelivery >= options.SilentAfter;
        return (lost, stuck, silent) switch
        {
            (true, _, _) => $"{endpoint.Queue}: {(endpoint.IsReady ? "the queue has no consumer" : "the endpoint is not ready")} for {Text(options.LostAfter)}",
            (_, true, _) => $"{endpoint.Queue}: {endpoint.Orphaned} handlers still run {Text(options.StuckAfter)} after their deliveries have gone",
            (_, _, true) => $"{endpoint.Queue}: {queue!.Ready} messages wait, {free} slots are free, and nothing has come for {Text(options.SilentAfter)}",
            _ => null,
        };
    }

    private bool Lasts(string queue, Suspicion suspicion, bool holds, TimeSpan now, TimeSpan limit)
    {
        if (!holds)
        {
            _since.Remove((queue, suspicion));
            return false;
        }

        _since.TryAdd((queue, suspicion), now);
        return now - _since[(queue, suspicion)] >= limit;
    }

    private static string Text(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.#} s");
}
