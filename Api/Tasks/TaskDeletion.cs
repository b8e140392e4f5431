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
/// where the leases ended; and what it has on a volume, when it is not to go as well, by a row that the same transaction writes.
/// </summary>
internal sealed partial class TaskDeletion(
    TorrentDb db, WriteGate gate, BoundedPublisher publisher, PictureStore pictures, StreamRetention retention, TimeProvider time, ILogger<TaskDeletion> logger)
{
    /// <param name="withData">What it has on a volume goes too, also when the task was deleted before without it.</param>
    /// <returns>Whether there was such a task, or such data.</returns>
    public async Task<bool> DeleteAsync(Infohash infohash, bool withData, CancellationToken cancellationToken)
    {
        var id = infohash.ToTaskId();
        // A volume removes nothing without a mark, or the question for one.
        var purge = new PurgeData(id, infohash.ToString(), withData ? "" : null);
        if (await RemoveAsync(id, withData, cancellationToken) is not { } lastLease)
        {
            return withData && await DeleteKeptAsync(purge, cancellationToken);
        }

        // The rows are gone: the rest is done even when the caller has left.
        await Task.WhenAll(
            publisher.TryPublishAsync(new StopWork(id, Step: null, Item: null, lastLease), CancellationToken.None),
            publisher.TryPublishAsync(purge, CancellationToken.None),
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

        LogDeleted(infohash.ToString(), withData);
        return true;
    }

    /// <summary>The task was deleted before, without its data.</summary>
    private async Task<bool> DeleteKeptAsync(PurgeData purge, CancellationToken cancellationToken)
    {
        if (!await retention.LetGoAsync(purge.TaskId, time.GetUtcNow(), cancellationToken))
        {
            return false;
        }

        await publisher.TryPublishAsync(purge, CancellationToken.None);
        LogDeleted(purge.Infohash, withData: true);
        return true;
    }

    /// <returns>The highest lease of the task, or null when there was no such task.</returns>
    private async Task<int?> RemoveAsync(Guid id, bool withData, CancellationToken cancellationToken)
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

        await (withData ? db.ForgetKeptAsync(id, cancellationToken) : db.KeepDataAsync(task, time.GetUtcNow(), cancellationToken));

        // The database removes what hangs on the row.
        await db.Tasks.Where(row => row.CorrelationId == id).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return lastLease;
    }

    [LoggerMessage(7011, LogLevel.Information, "{Infohash} was deleted; with its data: {WithData}")]
    private partial void LogDeleted(string infohash, bool withData);

    [LoggerMessage(7012, LogLevel.Warning, "Pictures of {Infohash} could not be removed now ({Failure}); it will be tried again")]
    private partial void LogNotPurged(string infohash, string failure);
}
