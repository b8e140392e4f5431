using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Torrents;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Screenshot;

/// <summary>Runs a job under a lease and says how it ended, whatever happens to it.</summary>
public sealed partial class TakeScreenshotsConsumer(
    ScreenshotJob job,
    RunningWork running,
    IEnumerable<WorkerIdentity> identities,
    IOptions<ScreenshotWorkerOptions> options,
    TimeProvider time,
    ILogger<TakeScreenshotsConsumer> logger) : IConsumer<TakeScreenshots>
{
    public async Task Consume(ConsumeContext<TakeScreenshots> context)
    {
        var command = context.Message;
        var swarm = new SwarmView();
        var reports = new BusReports(context, command, swarm);
        if (context.ReceiveContext.Redelivered)
        {
            // Somebody had this command and went away with it. Its lease may still be in use: never run it again.
            await reports.FailedAsync(FailureKind.WorkerLost, "The worker that had this work went away.", context.CancellationToken);
            return;
        }

        LogStarted(command.Infohash, command.Item, command.Shots, command.Lease);
        using var lease = running.Begin(command.TaskId, Step.Screenshots, command.Item, command.Lease, context.CancellationToken);
        using var slice = new CancellationTokenSource(options.Value.Slice, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lease.Token, slice.Token);
        await RunAsync(command, swarm, reports, lease, slice, stop);
    }

    private async Task RunAsync(
        TakeScreenshots command, SwarmView swarm, BusReports reports,
        RunningWork.Entry lease, CancellationTokenSource slice, CancellationTokenSource stop)
    {
        var identity = identities.Single(identity => identity.Step == Step.Screenshots);
        using var lastWord = new CancellationTokenSource();
        using var heartbeat = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var beating = BeatAsync(reports, heartbeat.Token);
        try
        {
            await reports.StartedAsync(identity.Name, identity.Volume, stop.Token);
            var outcome = await job.RunAsync(ToRequest(command, slice.Token), reports, swarm, stop.Token);
            await (outcome switch
            {
                ScreenshotOutcome.Completed done => reports.CompletedAsync(done, lease.Token),
                ScreenshotOutcome.Failed failed => reports.FailedAsync(failed.Kind, failed.Message, lease.Token),
                _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
            });
            LogEnded(command.Infohash, command.Item, command.Lease, outcome.GetType().Name);
        }
        catch (OperationCanceledException) when (lease.IsRevoked)
        {
            LogRevoked(command.Infohash, command.Item, command.Lease);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            lastWord.CancelAfter(StopTimes.LastWord);
            await (slice.IsCancellationRequested
                ? reports.YieldedAsync(lastWord.Token)
                : reports.FailedAsync(FailureKind.Interrupted, "The worker was stopped.", lastWord.Token));
        }
        catch (Exception failure)
        {
            // A fault of ours: it is counted as an attempt, so that a torrent that provokes it can't do so for ever.
            LogFault(failure, command.Infohash, command.Item);
            lastWord.CancelAfter(StopTimes.LastWord);
            await reports.FailedAsync(FailureKind.InternalError, $"The worker failed ({failure.GetType().Name}).", lastWord.Token);
        }
        finally
        {
            await heartbeat.CancelAsync();
            await beating;
        }
    }

    private async Task BeatAsync(BusReports reports, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.ProgressInterval, time);
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

    /// <summary>A beat that can't be sent is made up for by the next one.</summary>
    private async Task BeatOnceAsync(BusReports reports, CancellationToken cancellationToken)
    {
        try
        {
            await reports.ProgressAsync(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogBeatLost(failure.Message);
        }
    }

    private ScreenshotRequest ToRequest(TakeScreenshots command, CancellationToken sliceEnd) => new()
    {
        Source = command.Info is { } info
            ? new TorrentSource.InfoDictionary(info, command.Trackers)
            : new TorrentSource.Infohash(command.Infohash),
        Infohash = command.Infohash,
        Options = new AddTorrentOptions
        {
            Trackers = command.Trackers,
            Peers = command.Peers,
            StallTimeout = options.Value.StallTimeout,
        },
        FileIndex = command.FileIndex,
        Files = command.Files,
        Shots = Math.Clamp(command.Shots, 1, Limits.MaxShots),
        Done = command.Done,
        Policy = Enum.TryParse<VerificationPolicy>(command.Verification, out var policy) ? policy : VerificationPolicy.Pieces,
        ResumeData = command.ResumeData,
        SliceEnd = sliceEnd,
    };

    [LoggerMessage(1101, LogLevel.Information, "Taking {Shots} screenshots of {Infohash}, item {Item}, under lease {Lease}")]
    private partial void LogStarted(string infohash, int item, int shots, int lease);

    [LoggerMessage(1102, LogLevel.Information, "Item {Item} of {Infohash} ended under lease {Lease}: {Outcome}")]
    private partial void LogEnded(string infohash, int item, int lease, string outcome);

    [LoggerMessage(1103, LogLevel.Information, "Lease {Lease} on item {Item} of {Infohash} was taken away")]
    private partial void LogRevoked(string infohash, int item, int lease);

    [LoggerMessage(1105, LogLevel.Debug, "A progress report could not be sent: {Reason}")]
    private partial void LogBeatLost(string reason);

    [LoggerMessage(1104, LogLevel.Error, "Item {Item} of {Infohash} met a fault")]
    private partial void LogFault(Exception failure, string infohash, int item);
}
