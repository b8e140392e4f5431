using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Torrents;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Download;

/// <summary>Runs a job under a lease and says how it ended, whatever happens to it.</summary>
public sealed partial class DownloadTorrentConsumer(
    DownloadJob job,
    DownloadSlots slots,
    RunningWork running,
    IEnumerable<WorkerIdentity> identities,
    IOptions<DownloadWorkerOptions> options,
    TimeProvider time,
    ILogger<DownloadTorrentConsumer> logger) : IConsumer<DownloadTorrent>
{
    public async Task Consume(ConsumeContext<DownloadTorrent> context)
    {
        var command = context.Message;
        var reports = new BusReports(context, command);
        if (context.ReceiveContext.Redelivered)
        {
            // Somebody had this command and went away with it. Its lease may still be in use: never run it again.
            await reports.FailedAsync(FailureKind.WorkerLost, "The worker that had this work went away.", context.CancellationToken);
            return;
        }

        if (!Infohash.TryParse(command.Infohash, out _))
        {
            throw new RefusedMessageException("DownloadTorrent of no infohash.");
        }

        using var lease = running.Begin(command.TaskId, Step.Download, command.Item, command.Lease, context.CancellationToken);
        try
        {
            using var slot = await slots.TakeAsync(lease.Token);
            using var slice = new CancellationTokenSource(options.Value.Slice, time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(lease.Token, slice.Token);
            LogStarted(command.Infohash, command.Lease);
            await RunAsync(command, reports, lease, slice, stop);
        }
        catch (OperationCanceledException) when (lease.IsRevoked)
        {
            LogRevoked(command.Infohash, command.Lease);
        }
        catch (OperationCanceledException) when (lease.Token.IsCancellationRequested)
        {
            // Told to stop before it had a slot.
            using var lastWord = new CancellationTokenSource(StopTimes.LastWord, time);
            await reports.FailedAsync(FailureKind.Interrupted, "The worker was stopped.", lastWord.Token);
        }
    }

    private async Task RunAsync(
        DownloadTorrent command, BusReports reports, RunningWork.Entry lease, CancellationTokenSource slice, CancellationTokenSource stop)
    {
        var identity = identities.Single(identity => identity.Step == Step.Download);
        using var lastWord = new CancellationTokenSource();
        using var heartbeat = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var beating = BeatAsync(reports, heartbeat.Token);
        try
        {
            await reports.StartedAsync(identity.Name, identity.Volume, stop.Token);
            var outcome = await job.RunAsync(ToRequest(command, slice.Token), reports, stop.Token);
            await (outcome switch
            {
                DownloadOutcome.Completed done => reports.CompletedAsync(done, lease.Token),
                DownloadOutcome.Failed failed => FailAsync(failed),
                _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
            });
            LogEnded(command.Infohash, command.Lease, outcome.GetType().Name);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !lease.IsRevoked)
        {
            lastWord.CancelAfter(StopTimes.LastWord);
            await (slice.IsCancellationRequested
                ? reports.YieldedAsync(lastWord.Token)
                : reports.FailedAsync(FailureKind.Interrupted, "The worker was stopped.", lastWord.Token));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A fault of ours: it is counted as an attempt, so that a torrent that provokes it can't do so for ever.
            LogFault(failure, command.Infohash);
            lastWord.CancelAfter(StopTimes.LastWord);
            await reports.FailedAsync(FailureKind.InternalError, $"The worker failed ({failure.GetType().Name}).", lastWord.Token);
        }
        finally
        {
            await heartbeat.CancelAsync();
            await beating;
        }

        async Task FailAsync(DownloadOutcome.Failed failed)
        {
            // First what was reached: bytes are what tells an attempt that helped from one that did not.
            await reports.ProgressAsync(lease.Token);
            await reports.FailedAsync(failed.Kind, failed.Message, lease.Token);
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

    private static DownloadRequest ToRequest(DownloadTorrent command, CancellationToken sliceEnd) => new()
    {
        Source = command.Info is { } info
            ? new TorrentSource.InfoDictionary(info, command.Trackers)
            : new TorrentSource.Infohash(command.Infohash),
        Infohash = command.Infohash,
        Files = command.Files,
        Trackers = command.Trackers,
        Peers = command.Peers,
        ResumeData = command.ResumeData,
        SliceEnd = sliceEnd,
    };

    [LoggerMessage(2101, LogLevel.Information, "Downloading {Infohash} under lease {Lease}")]
    private partial void LogStarted(string infohash, int lease);

    [LoggerMessage(2102, LogLevel.Information, "The download of {Infohash} ended under lease {Lease}: {Outcome}")]
    private partial void LogEnded(string infohash, int lease, string outcome);

    [LoggerMessage(2103, LogLevel.Information, "Lease {Lease} on the download of {Infohash} was taken away")]
    private partial void LogRevoked(string infohash, int lease);

    [LoggerMessage(2104, LogLevel.Debug, "A progress report could not be sent: {Reason}")]
    private partial void LogBeatLost(string reason);

    [LoggerMessage(2105, LogLevel.Error, "The download of {Infohash} met a fault")]
    private partial void LogFault(Exception failure, string infohash);
}
