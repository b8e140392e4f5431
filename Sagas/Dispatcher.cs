using System.Collections.Concurrent;
using System.Diagnostics;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Hosting.Telemetry;
using EventTorrent.Storage;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Sagas;

/// <summary>
/// Moves work from the table to the broker (pump) and finds what was lost on the way (sweeper). It decides nothing about a
/// task: it issues what is due, and tells the state machine what is overdue. Any number of processes may run it.
/// </summary>
public sealed partial class Dispatcher(
    IServiceScopeFactory scopes,
    BoundedPublisher publisher,
    DispatcherSignal signal,
    IBusControl bus,
    Preparations preparations,
    SagaMetrics metrics,
    IOptions<SagaOptions> options,
    TimeProvider time,
    ILogger<Dispatcher> logger) : BackgroundService
{
    /// <summary>Commands in a queue for each slot that works on it: enough to keep every slot busy, few enough to re-order.</summary>
    private const int CommandsPerSlot = 4;

    private const int BatchSize = 64;

    /// <summary>A command whose sending was not confirmed is issued again after this time.</summary>
    private static readonly TimeSpan IssueGrace = TimeSpan.FromSeconds(15);

    /// <summary>Well before the grace ends.</summary>
    private static readonly TimeSpan ConfirmAfter = TimeSpan.FromSeconds(5);

    /// <summary>Time between two confirmations, of many commands at once.</summary>
    private static readonly TimeSpan ConfirmInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// After something was issued: what becomes possible in this time is issued together. Far below the time for which the
    /// commands that wait for a slot keep it busy.
    /// </summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);

    /// <summary>Workers say every ten seconds how many slots they have; one that is new is looked at at once.</summary>
    private static readonly TimeSpan SlotsAge = TimeSpan.FromSeconds(1);

    /// <summary>A nudge that brought no answer is repeated after this time. A person who asked for a pause waits for it.</summary>
    private static readonly TimeSpan NudgeAfter = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    /// <summary>Time between two lines of the log that say the same.</summary>
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan TidyInterval = TimeSpan.FromMinutes(1);

    /// <summary>No worker that has not heard of a deletion goes on for this long, and no volume is away for longer.</summary>
    private static readonly TimeSpan DeletedTime = TimeSpan.FromDays(30);

    private readonly SagaOptions _options = options.Value;
    private readonly ConcurrentQueue<SentCommand> _sent = new();
    private (IReadOnlyList<Lane> Lanes, long Timestamp)? _lanes;
    private long? _confirmed;
    private long? _issued;
    private readonly ClockWatch _clock = new(time);
    private (string Reason, long At)? _lastFailure;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await preparations.WaitAsync(stoppingToken);
        for (var requeued = !_options.RequeueAtStart; !requeued && !stoppingToken.IsCancellationRequested;)
        {
            requeued = await GuardAsync(queue => RequeueAsync(queue, stoppingToken), stoppingToken);
        }

        // By the monotonic clock: one that is set back must not stop the sweeps.
        long? swept = null;
        long? tidied = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = await GuardAsync(queue => PumpAsync(queue, stoppingToken), stoppingToken);
            if (swept is null || time.GetElapsedTime(swept.Value) >= SweepInterval)
            {
                swept = time.GetTimestamp();
                await GuardAsync(queue => SweepAsync(queue, stoppingToken), stoppingToken);
            }

            if (tidied is null || time.GetElapsedTime(tidied.Value) >= TidyInterval)
            {
                tidied = time.GetTimestamp();
                await GuardAsync((queue, workers) => TidyAsync(queue, workers, stoppingToken), stoppingToken);
            }

            if (!more)
            {
                await signal.WaitAsync(_options.PollInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (_issued is { } issued && Breath - time.GetElapsedTime(issued) is { Ticks: > 0 } rest)
                {
                    await Task.Delay(rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    private async Task<bool> RequeueAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        if (await queue.RequeueUnfinishedAsync(time.GetUtcNow(), cancellationToken) is > 0 and var count)
        {
            LogRequeued(count);
        }

        return true;
    }

    /// <returns>Whether there may be more to issue at once.</returns>
    private async Task<bool> PumpAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await ConfirmAsync(queue, now, cancellationToken);

        // Before the bus has started, or while the broker is away, items would be marked as issued in vain.
        if (bus.CheckHealth().Status != BusHealthStatus.Healthy)
        {
            return false;
        }

        if (signal.TakeNewWorkers() || _lanes is not { } known || time.GetElapsedTime(known.Timestamp) >= SlotsAge)
        {
            known = (await FindLanesAsync(queue, now - WorkerHeartbeat.Silence, cancellationToken), time.GetTimestamp());
            _lanes = known;
        }

        var more = false;
        foreach (var lane in known.Lanes)
        {
            var issued = await queue.IssueAsync(
                lane.Step, lane.Volume, CommandsPerSlot * lane.Slots, BatchSize, now, now + IssueGrace, cancellationToken);
            await Task.WhenAll(issued.Select(work => SendAsync(work, cancellationToken)));
            _issued = issued.Count > 0 ? time.GetTimestamp() : _issued;
            more |= issued.Count == BatchSize;
        }

        return more;
    }

    /// <summary>
    /// Where work can go. Screenshots wait in their queue for the first worker; what belongs on a volume stays in the table
    /// until a worker of the volume is there: only such a worker makes the queue.
    /// </summary>
    private static async Task<IReadOnlyList<Lane>> FindLanesAsync(WorkQueue queue, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var onVolumes = await queue.CountVolumeSlotsAsync(since, cancellationToken);
        var anywhere = onVolumes.Where(slots => slots.Key.Step == Step.Download).Sum(slots => slots.Value);
        return
        [
            new Lane(Step.Screenshots, "", Math.Max(1, await queue.CountSlotsAsync(Step.Screenshots, since, cancellationToken))),
            .. onVolumes.Select(slots => new Lane(slots.Key.Step, slots.Key.Volume, slots.Value)),
            .. anywhere > 0 ? [new Lane(Step.Download, "", anywhere)] : Array.Empty<Lane>(),
        ];
    }

    private async Task SendAsync(IssuedItem work, CancellationToken cancellationToken)
    {
        LogIssued(work.Task.Infohash, work.Item.Index, work.Item.Lease);
        using var span = TaskTrace.Start("issue", work.Item.TaskId, ActivityKind.Producer);
        span?.SetTag("infohash", work.Task.Infohash).SetTag("step", work.Item.Step.ToString()).SetTag("item", work.Item.Index).SetTag("lease", work.Item.Lease);
        var sent = await (work.Item switch
        {
            { Step: Step.Screenshots } => publisher.TrySendAsync(Queues.Address(Queues.ScreenshotWork), Commands.TakeScreenshots(work), cancellationToken),
            { Step: Step.Download, BoundVolume: "" } => publisher.TrySendAsync(Queues.Address(Queues.DownloadWork), Commands.DownloadTorrent(work), cancellationToken),
            { Step: Step.Download, BoundVolume: var volume } => publisher.TrySendAsync(
                Queues.Address(Queues.DownloadOn(volume)), Commands.DownloadTorrent(work), cancellationToken),
            { BoundVolume: var volume } => publisher.TrySendAsync(
                Queues.Address(Queues.TranscodeOn(volume)), Commands.TranscodeVideo(work), cancellationToken),
        });
        if (sent)
        {
            metrics.Issued(work.Item.Step);
            _sent.Enqueue(new SentCommand(work.Item.TaskId, work.Item.Step, work.Item.Index, work.Item.Lease, time.GetUtcNow()));
        }
    }

    private async Task<bool> SweepAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        var jump = _clock.Look();
        var now = time.GetUtcNow();
        if (jump != TimeSpan.Zero)
        {
            LogClockSet(jump);
            await queue.ResetDueTimesAsync(now, now + _options.Heartbeat, now + _options.MaxRetryDelay, now + _options.QueueTime, cancellationToken);
        }

        foreach (var nudge in await queue.TakeUnattendedAsync(BatchSize, now, now - NudgeAfter, cancellationToken))
        {
            await publisher.TrySendAsync(Queues.Address(Queues.Saga), nudge, cancellationToken);
        }

        foreach (var overdue in await queue.TakeOverdueAsync(BatchSize, now, now + _options.Heartbeat, cancellationToken))
        {
            LogOverdue(overdue.Infohash, overdue.Item.Index, overdue.Item.Lease, overdue.Item.Worker ?? "?");
            metrics.Overdue(overdue.Item.Step);
            await publisher.TrySendAsync(Queues.Address(Queues.Saga), Commands.WorkerLost(overdue), cancellationToken);
        }

        return false;
    }

    /// <summary>Most commands are begun a moment after they were sent; only the others need more time than the grace.</summary>
    private async Task ConfirmAsync(WorkQueue queue, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_confirmed is { } confirmed && time.GetElapsedTime(confirmed) < ConfirmInterval)
        {
            return;
        }

        _confirmed = time.GetTimestamp();
        var old = new List<SentCommand>();
        while (_sent.TryPeek(out var sent) && (sent.At <= now - ConfirmAfter || sent.At > now) && _sent.TryDequeue(out sent))
        {
            // One of the future was sent before the clock was set back: it must not hold up those behind it.
            old.Add(sent.At > now ? sent with { At = now } : sent);
        }

        if (old.Count > 0)
        {
            await queue.ConfirmIssuedAsync(old, _options.QueueTime, cancellationToken);
        }
    }

    private async Task<bool> TidyAsync(WorkQueue queue, WorkerRegister workers, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await queue.ForgetDeletedAsync(now - DeletedTime, cancellationToken);
        if (await workers.ForgetAsync(now, cancellationToken) is > 0 and var count)
        {
            LogForgotten(count);
        }

        return false;
    }

    private Task<bool> GuardAsync(Func<WorkQueue, Task<bool>> look, CancellationToken cancellationToken) =>
        GuardAsync((queue, _) => look(queue), cancellationToken);

    /// <summary>One look. The database or the broker may be away: then the answer is false, and the next look does it.</summary>
    private async Task<bool> GuardAsync(Func<WorkQueue, WorkerRegister, Task<bool>> look, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var services = scope.ServiceProvider;
            return await look(services.GetRequiredService<WorkQueue>(), services.GetRequiredService<WorkerRegister>());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception failure)
        {
            SayOnce(failure.Message);
            await Task.Delay(_options.PollInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return false;
        }
    }

    /// <summary>A database that is away is away at every look.</summary>
    private void SayOnce(string reason)
    {
        if (_lastFailure is not { } last || last.Reason != reason || time.GetElapsedTime(last.At) >= LogInterval)
        {
            _lastFailure = (reason, time.GetTimestamp());
            LogLookFailed(reason);
        }
    }

    /// <summary>A queue of commands: those of a step, for the workers of one volume or of any ("").</summary>
    private sealed record Lane(Step Step, string Volume, int Slots);

    [LoggerMessage(7001, LogLevel.Debug, "Issued item {Item} of {Infohash} under lease {Lease}")]
    private partial void LogIssued(string infohash, int item, int lease);

    [LoggerMessage(7002, LogLevel.Warning, "Item {Item} of {Infohash} is overdue under lease {Lease}: worker {Worker} is silent")]
    private partial void LogOverdue(string infohash, int item, int lease, string worker);

    [LoggerMessage(7003, LogLevel.Warning, "The Dispatcher could not look for work now: {Reason}")]
    private partial void LogLookFailed(string reason);

    [LoggerMessage(7004, LogLevel.Information, "Made {Count} unfinished work items of the last run due")]
    private partial void LogRequeued(int count);

    [LoggerMessage(7005, LogLevel.Warning, "The clock was set by {Jump}: running work has the time of a heartbeat to report")]
    private partial void LogClockSet(TimeSpan jump);

    [LoggerMessage(7006, LogLevel.Information, "Forgot {Count} workers that are gone")]
    private partial void LogForgotten(int count);
}
