using EventTorrent.Contracts;
using EventTorrent.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Hosting.Leases;

/// <summary>
/// Does what a command asks for, under its lease. Every worker works like this; read it first. Invariants:
/// <list type="bullet">
/// <item>A command that somebody had before is not run again: its lease may still be in use.</item>
/// <item>While the work runs there is a heartbeat; one that can't be sent is made up for by the next.</item>
/// <item>
/// There is one last word: how the work ended, that its slice is over, that the worker was told to stop, or a fault of ours.
/// A lease that was taken away has none, as nobody listens.
/// </item>
/// <item>A worker that a person drains begins nothing: the command goes back to its queue under its lease, and there is not a word.</item>
/// </list>
/// </summary>
public sealed partial class LeaseRunner(
    RunningWork running, DrainWishes drains, IEnumerable<WorkerIdentity> identities, LeaseMetrics metrics, TimeProvider time, ILogger<LeaseRunner> logger)
{
    /// <summary>
    /// A command stays for this long with a worker that will not begin it. Where there is no other worker it comes back here at once:
    /// this is all that slows its turns down.
    /// </summary>
    private static readonly TimeSpan GiveBackAfter = TimeSpan.FromSeconds(1);

    private const string GivenBack = "GivenBack";

    /// <param name="work">Gets two tokens: one that ends with the slice, and one that ends whenever the work has to stop, with the slice too.</param>
    /// <param name="takeSlot">Waits until the work may begin; the slot is disposed when it has ended. Null: at once.</param>
    /// <exception cref="RefusedMessageException">The command is of no infohash.</exception>
    public async Task RunAsync<TOutcome>(
        LeaseReports<TOutcome> reports, LeasePace pace, Func<CancellationToken, CancellationToken, Task<TOutcome>> work,
        Func<CancellationToken, Task<IDisposable>>? takeSlot = null)
    {
        var (delivery, lease) = (reports.Context, reports.Lease);
        if (delivery.ReceiveContext.Redelivered)
        {
            await reports.FailedAsync(FailureKind.WorkerLost, "The worker that had this work went away.", delivery.CancellationToken);
            return;
        }

        if (!Infohash.TryParse(lease.Infohash, out _))
        {
            throw new RefusedMessageException($"A command of no infohash, for the step {lease.Step}.");
        }

        if (drains.IsAsked(lease.Step))
        {
            await GiveBackAsync(reports);
            return;
        }

        // Whatever is logged while the work runs says of which torrent it is.
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["Infohash"] = lease.Infohash, ["Step"] = lease.Step, ["Lease"] = lease.Number });
        using var span = TaskTrace.Start("slice");
        span?.SetTag("infohash", lease.Infohash).SetTag("step", lease.Step.ToString()).SetTag("item", lease.Item).SetTag("lease", lease.Number);
        var begun = time.GetTimestamp();
        var outcome = await RunAsync(reports, pace, work, takeSlot, delivery.CancellationToken);
        span?.SetTag("outcome", outcome);
        if (outcome == GivenBack)
        {
            await GiveBackAsync(reports);
            return;
        }

        metrics.Ended(lease.Step, outcome, time.GetElapsedTime(begun));
    }

    /// <returns>How it ended, in one word.</returns>
    private async Task<string> RunAsync<TOutcome>(
        LeaseReports<TOutcome> reports, LeasePace pace, Func<CancellationToken, CancellationToken, Task<TOutcome>> work,
        Func<CancellationToken, Task<IDisposable>>? takeSlot, CancellationToken delivery)
    {
        var lease = reports.Lease;
        using var entry = running.Begin(lease.TaskId, lease.Step, lease.Item, lease.Number, delivery);
        using var slice = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(entry.Token, slice.Token);
        // The wish is looked at when the entry is there: whoever counts the entries of a worker that drains counts all that it will do.
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, drains.TokenOf(lease.Step));
        var isBegun = false;
        try
        {
            using var slot = takeSlot is null ? null : await takeSlot(wait.Token);
            wait.Token.ThrowIfCancellationRequested();
            isBegun = true;
            slice.CancelAfter(pace.Slice);
            LogBegun(lease.Infohash, lease.What, lease.Number);
            var outcome = await WorkAsync(reports, pace, token => work(slice.Token, token), entry, stop.Token);
            LogEnded(lease.Infohash, lease.What, lease.Number, outcome);
            return outcome;
        }
        catch (OperationCanceledException) when (entry.IsRevoked)
        {
            LogRevoked(lease.Infohash, lease.What, lease.Number);
            return "Revoked";
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            using var lastWord = new CancellationTokenSource(StopTimes.LastWord, time);
            await (slice.IsCancellationRequested
                ? reports.YieldedAsync(lastWord.Token)
                : reports.FailedAsync(FailureKind.Interrupted, "The worker was stopped.", lastWord.Token));
            return slice.IsCancellationRequested ? "Yielded" : "Interrupted";
        }
        catch (OperationCanceledException) when (!isBegun && wait.IsCancellationRequested)
        {
            return GivenBack;
        }
        catch (Exception failure)
        {
            // It is counted as an attempt, so that a torrent that provokes it can't do so for ever.
            LogFault(failure, lease.Infohash, lease.What);
            using var lastWord = new CancellationTokenSource(StopTimes.LastWord, time);
            await reports.FailedAsync(FailureKind.InternalError, $"The worker failed ({failure.GetType().Name}).", lastWord.Token);
            return "Fault";
        }
    }

    private async Task GiveBackAsync<TOutcome>(LeaseReports<TOutcome> reports)
    {
        var lease = reports.Lease;
        LogGivenBack(lease.Infohash, lease.What, lease.Number);
        await Task.Delay(GiveBackAfter, time, reports.Context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A worker that stops meanwhile gives it back too. To refuse it instead would mark it as one that somebody had.
        using var lastWord = new CancellationTokenSource(StopTimes.LastWord, time);
        await reports.GiveBackAsync(lastWord.Token);
    }

    /// <returns>The name of the outcome.</returns>
    private async Task<string> WorkAsync<TOutcome>(
        LeaseReports<TOutcome> reports, LeasePace pace, Func<CancellationToken, Task<TOutcome>> work, RunningWork.Entry entry, CancellationToken stop)
    {
        using var heartbeat = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var beating = BeatAsync(reports, pace.Heartbeat, heartbeat.Token);
        try
        {
            await reports.StartedAsync(identities.Single(identity => identity.Step == reports.Lease.Step), stop);
            var outcome = await work(stop);
            // What is done is said even when the slice is over in this moment.
            await reports.EndedAsync(outcome, entry.Token);
            return outcome!.GetType().Name;
        }
        finally
        {
            await heartbeat.CancelAsync();
            await beating;
            metrics.Fetched(reports.Lease.Step, reports.TakeFetched());
        }
    }

    private async Task BeatAsync<TOutcome>(LeaseReports<TOutcome> reports, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await BeatOnceAsync(reports, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The work has ended.
        }
    }

    private async Task BeatOnceAsync<TOutcome>(LeaseReports<TOutcome> reports, CancellationToken cancellationToken)
    {
        metrics.Fetched(reports.Lease.Step, reports.TakeFetched());
        if (reports.Speed is { } speed)
        {
            metrics.Encoded(speed);
        }

        try
        {
            await reports.ProgressAsync(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogBeatLost(failure.Message);
        }
    }

    [LoggerMessage(6201, LogLevel.Information, "{Infohash}: {What} begins under lease {Lease}")]
    private partial void LogBegun(string infohash, string what, int lease);

    [LoggerMessage(6202, LogLevel.Information, "{Infohash}: {What} ended under lease {Lease}: {Outcome}")]
    private partial void LogEnded(string infohash, string what, int lease, string outcome);

    [LoggerMessage(6203, LogLevel.Information, "{Infohash}: {What} lost its lease {Lease} and ends")]
    private partial void LogRevoked(string infohash, string what, int lease);

    [LoggerMessage(6206, LogLevel.Debug, "{Infohash}: {What} under lease {Lease} is for another worker: this one is drained")]
    private partial void LogGivenBack(string infohash, string what, int lease);

    [LoggerMessage(6204, LogLevel.Debug, "A progress report could not be sent: {Reason}")]
    private partial void LogBeatLost(string reason);

    [LoggerMessage(6205, LogLevel.Error, "{Infohash}: {What} met a fault")]
    private partial void LogFault(Exception failure, string infohash, string what);
}
