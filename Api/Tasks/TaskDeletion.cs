using EventTorrent.Api.Pictures;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Tasks;

/// <summary>
/// Removes a task. The rows go first, in one statement: from then on every late report and picture of the task finds
/// nothing and is dropped, so the messages that follow may be lost.
/// </summary>
internal sealed partial class TaskDeletion(
    TorrentDb db, WriteGate gate, BoundedPublisher publisher, PictureStore pictures, ILogger<TaskDeletion> logger)
{
    /// <returns>Whether there was such a task.</returns>
    public async Task<bool> DeleteAsync(Infohash infohash, CancellationToken cancellationToken)
    {
        var id = infohash.ToTaskId();
        using (await gate.EnterAsync(cancellationToken))
        {
            if (await db.Tasks.Where(task => task.CorrelationId == id).ExecuteDeleteAsync(cancellationToken) == 0)
            {
                return false;
            }
        }

        // The rows are gone: the rest is done even when the caller has left.
        await Task.WhenAll(
            publisher.TryPublishAsync(new StopWork(id, Step: null, Item: null, int.MaxValue), CancellationToken.None),
            publisher.TryPublishAsync(new PurgeData(id, infohash.ToString()), CancellationToken.None),
            publisher.TryPublishAsync(new TaskDeleted(id, infohash.ToString()), CancellationToken.None));
        try
        {
            pictures.Purge(infohash);
        }
        catch (IOException failure)
        {
            // A picture was being written: PurgeData is handled with retries, and the next start looks again.
            LogNotPurged(infohash.ToString(), failure.GetType().Name);
        }

        LogDeleted(infohash.ToString());
        return true;
    }

    [LoggerMessage(7011, LogLevel.Information, "{Infohash} was deleted")]
    private partial void LogDeleted(string infohash);

    [LoggerMessage(7012, LogLevel.Warning, "Pictures of {Infohash} could not be removed now ({Failure}); it will be tried again")]
    private partial void LogNotPurged(string infohash, string failure);
}
