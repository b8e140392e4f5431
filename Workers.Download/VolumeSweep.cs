using EventTorrent.Contracts;
using EventTorrent.Hosting;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Download;

/// <summary>
/// Says what the volume has, so that what belongs to no task any more is removed although the word was lost; and removes what a
/// process that ended was about to remove.
/// </summary>
public sealed partial class VolumeSweep(
    Volume volume, VolumePurge purge, BoundedPublisher publisher, IOptions<DownloadWorkerOptions> options, TimeProvider time, ILogger<VolumeSweep> logger) : BackgroundService
{
    /// <summary>Infohashes in one message.</summary>
    private const int Part = 500;

    /// <summary>Bus and saga hosts may start beside this process.</summary>
    private static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = options.Value.SweepInterval;
        using var timer = new PeriodicTimer(interval < FirstInterval ? interval : FirstInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            timer.Period = interval;
            await SayAsync(stoppingToken);
        }
    }

    private async Task SayAsync(CancellationToken cancellationToken)
    {
        try
        {
            purge.EmptyTrash();
            foreach (var part in volume.ListTorrents().Chunk(Part))
            {
                await publisher.TryPublishAsync(
                    new VolumeListed(volume.Name, part, [.. part.Select(infohash => BegunMark.Read(volume.DirectoryOf(infohash)) ?? BegunMark.None)]), cancellationToken);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotListed(failure.GetType().Name);
        }
    }

    [LoggerMessage(2301, LogLevel.Warning, "The volume could not be looked through ({Failure}); it is tried again")]
    private partial void LogNotListed(string failure);
}
