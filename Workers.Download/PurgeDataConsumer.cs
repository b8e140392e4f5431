using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;

namespace EventTorrent.Workers.Download;

/// <summary>
/// Removes what the volume has of a task. Another worker may still be writing: it has been told to stop, and whatever it
/// leaves is removed at the next look.
/// </summary>
public sealed partial class PurgeDataConsumer(Volume volume, KeptDownloads kept, TimeProvider time, ILogger<PurgeDataConsumer> logger) : IConsumer<PurgeData>
{
    private static readonly TimeSpan[] Looks = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    public async Task Consume(ConsumeContext<PurgeData> context)
    {
        if (!Infohash.TryParse(context.Message.Infohash, out var infohash))
        {
            throw new RefusedMessageException("PurgeData of no infohash.");
        }

        await kept.DropAsync(infohash.ToString());
        var directory = volume.DirectoryOf(infohash.ToString());
        var removed = Remove(directory);
        foreach (var pause in removed ? Looks : [])
        {
            await Task.Delay(pause, time, context.CancellationToken);
            Remove(directory);
        }

        if (removed)
        {
            LogPurged(infohash.ToString());
        }
    }

    /// <returns>Whether there was anything.</returns>
    private static bool Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            // A file came to be while the others were removed.
            return true;
        }
    }

    [LoggerMessage(2201, LogLevel.Information, "Removed what the volume had of {Infohash}")]
    private partial void LogPurged(string infohash);
}
