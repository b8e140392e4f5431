using EventTorrent.Contracts;
using EventTorrent.Hosting.Leases;
using EventTorrent.Torrents;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Screenshot;

/// <summary>Has a video's screenshots taken, under the lease of the command.</summary>
public sealed class TakeScreenshotsConsumer(ScreenshotJob job, LeaseRunner runner, IOptions<ScreenshotWorkerOptions> options) : IConsumer<TakeScreenshots>
{
    public Task Consume(ConsumeContext<TakeScreenshots> context)
    {
        var swarm = new SwarmView();
        var reports = new BusReports(context, context.Message, swarm);
        return runner.RunAsync(
            reports,
            new LeasePace(options.Value.Slice, options.Value.ProgressInterval),
            (sliceEnd, stop) => job.RunAsync(ToRequest(context.Message, sliceEnd), reports, swarm, stop));
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
        Shots = Math.Clamp(command.Shots, 0, Limits.MaxShots),
        Done = command.Done,
        Policy = Enum.TryParse<VerificationPolicy>(command.Verification, out var policy) ? policy : VerificationPolicy.Pieces,
        ResumeData = command.ResumeData,
        SliceEnd = sliceEnd,
    };
}
