using EventTorrent.Contracts;
using EventTorrent.Hosting.Leases;
using EventTorrent.Torrents;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Download;

/// <summary>Has a torrent's files downloaded, under the lease of the command, when there is a slot.</summary>
public sealed class DownloadTorrentConsumer(DownloadJob job, DownloadSlots slots, LeaseRunner runner, IOptions<DownloadWorkerOptions> options)
    : IConsumer<DownloadTorrent>
{
    public Task Consume(ConsumeContext<DownloadTorrent> context)
    {
        var reports = new BusReports(context, context.Message);
        return runner.RunAsync(
            reports,
            new LeasePace(options.Value.Slice, options.Value.ProgressInterval),
            (sliceEnd, stop) => job.RunAsync(ToRequest(context.Message, sliceEnd), reports, stop),
            slots.TakeAsync);
    }

    private static DownloadRequest ToRequest(DownloadTorrent command, CancellationToken sliceEnd) => new()
    {
        Source = command.Info is { } info
            ? new TorrentSource.InfoDictionary(info, command.Trackers)
            : new TorrentSource.Infohash(command.Infohash),
        Infohash = command.Infohash,
        Lease = command.Lease,
        Files = command.Files,
        Trackers = command.Trackers,
        Peers = command.Peers,
        ResumeData = command.ResumeData,
        SliceEnd = sliceEnd,
    };
}
