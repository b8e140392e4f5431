using EventTorrent.Contracts;
using EventTorrent.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Pictures;

/// <summary>Keeps a picture and says so. The same one twice is one file and two events: the first event may be lost.</summary>
internal sealed partial class StoreScreenshotConsumer(TorrentDb db, PictureStore pictures, DoorMetrics metrics, ILogger<StoreScreenshotConsumer> logger)
    : IConsumer<StoreScreenshot>
{
    public async Task Consume(ConsumeContext<StoreScreenshot> context)
    {
        var message = context.Message;
        var infohash = PictureRules.Check(message);
        var taskId = infohash.ToTaskId();
        if (!await db.Tasks.AnyAsync(task => task.CorrelationId == taskId, context.CancellationToken)
            || await IsOfOlderPlanAsync(taskId, message, context.CancellationToken))
        {
            LogDropped(infohash.ToString());
            return;
        }

        await pictures.StoreAsync(infohash, new PicturePlace(message.FileIndex, message.Index), message.Jpeg, context.CancellationToken);
        metrics.PictureStored();

        // A delete may have passed by between the look at the row and the file.
        if (!await db.Tasks.AnyAsync(task => task.CorrelationId == taskId, context.CancellationToken))
        {
            pictures.Purge(infohash);
            LogDropped(infohash.ToString());
            return;
        }

        await context.Publish(
            new ScreenshotStored(
                taskId, infohash.ToString(), message.Item, message.Lease, message.FileIndex, message.Index,
                message.WantedAt, message.TakenAt, message.Width, message.Height, message.Verified, message.Jpeg.Length),
            context.CancellationToken);
    }

    /// <summary>More pictures were asked for since: the same number now means another position.</summary>
    private Task<bool> IsOfOlderPlanAsync(Guid taskId, StoreScreenshot message, CancellationToken cancellationToken) =>
        db.WorkItems.AnyAsync(
            item => item.TaskId == taskId && item.Step == Step.Screenshots && item.Index == message.Item && item.PlanLease > message.Lease,
            cancellationToken);

    [LoggerMessage(7101, LogLevel.Debug, "A picture of {Infohash} was dropped: nobody wants it any more")]
    private partial void LogDropped(string infohash);
}
