using EventTorrent.Api.Pictures;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Tasks;

/// <summary>
/// Removes a task. The rows go first, in one transaction: from then on every late report and picture of the task finds
/// nothing and is dropped, and who sent it is told to stop, so the messages that follow may be lost. What stays for a month is
/// where the leases ended.
/// </summary>
internal sealed partial class TaskDeletion(
    TorrentDb db, WriteGate gate, BoundedPublisher publisher, PictureStore pictures, TimeProvider time, ILogger<TaskDeletion> logger)
{
    /// <returns>Whether there was such a task.</returns>
    public async Task<bool> DeleteAsync(Infohash infohash, CancellationToken cancellationToken)
    {
        var id = infohash.ToTaskId();
        if (await RemoveAsync(id, cancellationToken) is not { } lastLease)
        {
            return false;
        }

        // The rows are gone: the rest is done even when the caller has left.
        await Task.WhenAll(
            publisher.TryPublishAsync(new StopWork(id, Step: null, Item: null, lastLease), CancellationToken.None),
            publisher.TryPublishAsync(new PurgeData(id, infohash.ToString(), Mark: ""), CancellationToken.None),
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

    /// <returns>The highest lease of the task, or null when there was no such task.</returns>
    private async Task<int?> RemoveAsync(Guid id, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await db.BeginTaskChangeAsync(cancellationToken);
        if (await db.LoadForUpdateAsync(id, cancellationToken) is not { } task)
        {
            return null;
        }

        var lastLease = task.Items.Select(item => item.Lease).Append(task.LeaseFloor).Max();
        if (lastLease > 0)
        {
            if (await db.DeletedTasks.FindAsync([id], cancellationToken) is not { } deleted)
            {
                db.DeletedTasks.Add(deleted = new DeletedTask { TaskId = id });
            }

            (deleted.LeaseFloor, deleted.DeletedAt) = (lastLease + 1, time.GetUtcNow());
            await db.SaveChangesAsync(cancellationToken);
        }

        // The database removes what hangs on the row.
        await db.Tasks.Where(row => row.CorrelationId == id).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return lastLease;
    }

    [LoggerMessage(7011, LogLevel.Information, "{Infohash} was deleted")]
    private partial void LogDeleted(string infohash);

    [LoggerMessage(7012, LogLevel.Warning, "Pictures of {Infohash} could not be removed now ({Failure}); it will be tried again")]
    private partial void LogNotPurged(string infohash, string failure);
}
