using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Transcode;

/// <summary>Runs a job under a lease and says how it ended, whatever happens to it.</summary>
public sealed partial class TranscodeVideoConsumer(
    TranscodeJob job,
    RunningWork running,
    IEnumerable<WorkerIdentity> identities,
    IOptions<TranscodeWorkerOptions> options,
    TimeProvider time,
    ILogger<TranscodeVideoConsumer> logger) : IConsumer<TranscodeVideo>
{
    public async Task Consume(ConsumeContext<TranscodeVideo> context)
    {
        var command = context.Message;
        var view = new TranscodeView();
        var reports = new BusReports(context, command, view);
        if (context.ReceiveContext.Redelivered)
        {
            // Somebody had this command and went away with it. Its lease may still be in use: never run it again.
            await reports.FailedAsync(FailureKind.WorkerLost, "The worker that had this work went away.", context.CancellationToken);
            return;
        }

        if (!Infohash.TryParse(command.Infohash, out _))
        {
            throw new RefusedMessageException("TranscodeVideo of no infohash.");
        }

        LogStarted(command.Infohash, command.FileIndex, command.Part, command.Lease);
        using var lease = running.Begin(command.TaskId, Step.Transcode, command.Item, command.Lease, context.CancellationToken);
        using var slice = new CancellationTokenSource(options.Value.Slice, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lease.Token, slice.Token);
        await RunAsync(command, view, reports, lease, slice, stop);
    }

    private async Task RunAsync(
        TranscodeVideo command, TranscodeView view, BusReports reports,
        RunningWork.Entry lease, CancellationTokenSource slice, CancellationTokenSource stop)
    {
        var identity = identities.Single(identity => identity.Step == Step.Transcode);
        using var lastWord = new CancellationTokenSource();
        using var heartbeat = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var beating = BeatAsync(reports, heartbeat.Token);
        try
        {
            await reports.StartedAsync(identity.Name, identity.Volume, stop.Token);
            var outcome = await job.RunAsync(TranscodeRequest.Of(command, slice.Token), view, stop.Token);
            await (outcome switch
            {
                TranscodeOutcome.Completed done => reports.CompletedAsync(done, lease.Token),
                TranscodeOutcome.Cut cut => reports.CutAsync(cut, lease.Token),
                TranscodeOutcome.Failed failed => reports.FailedAsync(failed.Kind, failed.Message, lease.Token),
                _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
            });
            LogEnded(command.Infohash, command.FileIndex, command.Part, command.Lease, outcome.GetType().Name);
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
            // A fault of ours: it is counted as an attempt, so that a video that provokes it can't do so for ever.
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

    [LoggerMessage(3101, LogLevel.Information, "Transcoding file {File} of {Infohash}, part {Part}, under lease {Lease}")]
    private partial void LogStarted(string infohash, int file, int? part, int lease);

    [LoggerMessage(3102, LogLevel.Information, "File {File} of {Infohash}, part {Part}, ended under lease {Lease}: {Outcome}")]
    private partial void LogEnded(string infohash, int file, int? part, int lease, string outcome);

    [LoggerMessage(3103, LogLevel.Information, "Lease {Lease} on item {Item} of {Infohash} was taken away")]
    private partial void LogRevoked(string infohash, int item, int lease);

    [LoggerMessage(3104, LogLevel.Debug, "A progress report could not be sent: {Reason}")]
    private partial void LogBeatLost(string reason);

    [LoggerMessage(3105, LogLevel.Error, "Item {Item} of {Infohash} met a fault")]
    private partial void LogFault(Exception failure, string infohash, int item);
}
