using EventTorrent.Contracts;
using EventTorrent.Hosting;
using MassTransit;

namespace EventTorrent.Workers.Download;

/// <summary>
/// Has removed what the volume has of a task, if that is certain; else asks those who know the tasks. Lost words and what could not
/// be removed now are made up for by <see cref="VolumeSweep"/>.
/// </summary>
public sealed class PurgeDataConsumer(Volume volume, VolumePurge purge) : IConsumer<PurgeData>
{
    public async Task Consume(ConsumeContext<PurgeData> context)
    {
        if (!Infohash.TryParse(context.Message.Infohash, out var parsed))
        {
            throw new RefusedMessageException("PurgeData of no infohash.");
        }

        var infohash = parsed.ToString();
        var there = context.Message.Mark switch
        {
            null => null,
            "" => BegunMark.Read(volume.DirectoryOf(infohash)),
            var mark => await purge.RemoveAsync(infohash, mark, context.CancellationToken),
        };
        if (there is not null && there != context.Message.Mark)
        {
            await context.Publish(new VolumeListed(volume.Name, [infohash], [there]), context.CancellationToken);
        }
    }
}
