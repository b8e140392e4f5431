using EventTorrent.Contracts;
using EventTorrent.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Pictures;

/// <summary>Removes the pictures of a task that is gone; not those of one that was submitted again since.</summary>
internal sealed class PurgeDataConsumer(TorrentDb db, PictureStore pictures) : IConsumer<PurgeData>
{
    public async Task Consume(ConsumeContext<PurgeData> context)
    {
        if (Infohash.TryParse(context.Message.Infohash, out var infohash)
            && infohash.ToTaskId() is var taskId
            && !await db.Tasks.AnyAsync(task => task.CorrelationId == taskId, context.CancellationToken))
        {
            pictures.Purge(infohash);
        }
    }
}
