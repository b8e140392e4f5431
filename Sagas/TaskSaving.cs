using EventTorrent.Contracts;
using EventTorrent.Sagas.Webhooks;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace EventTorrent.Sagas;

/// <summary>The one place where changes of tasks are saved.</summary>
internal static class TaskSaving
{
    /// <summary>Saves what the state machine changed in the tasks that are loaded. Each that has changed gets the next version.</summary>
    /// <returns>The changed tasks, to be announced when the transaction has been committed.</returns>
    public static async Task<IReadOnlyList<TaskChanged>> SaveTasksAsync(
        this TorrentDb db, WebhookOutbox webhooks, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.ChangeTracker.DetectChanges();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        await KeepMetadataAsync(db, cancellationToken);
        var changed = db.ChangeTracker.Entries()
            .Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .Select(TaskIdOf).ToHashSet();
        var announcements = new List<TaskChanged>(changed.Count);
        foreach (var task in db.ChangeTracker.Entries<TorrentTask>().Where(task => changed.Contains(task.Entity.CorrelationId)).ToList())
        {
            task.Property(t => t.Version).CurrentValue++;
            task.Property(t => t.UpdatedAt).CurrentValue = now;
            announcements.Add(TaskSnapshot.Of(task.Entity));
            webhooks.Add(db, task, now);
        }

        // A transaction in which saving fails is given up as a whole.
        db.Database.AutoSavepointsEnabled = false;
        var downloads = db.ChangeTracker.Entries<WorkItem>()
            .Where(item => item is { State: EntityState.Added, Entity.Step: Step.Download }).Select(item => item.Entity.TaskId).ToList();
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.AutoDetectChangesEnabled = true;
        if (downloads.Count > 0)
        {
            await db.TakeOverKeptAsync(downloads, cancellationToken);
        }

        return announcements;
    }

    /// <summary>Metadata that is there already is no failure, as it would be for EF Core.</summary>
    private static async Task KeepMetadataAsync(TorrentDb db, CancellationToken cancellationToken)
    {
        var added = db.ChangeTracker.Entries<TaskMetadata>().Where(metadata => metadata.State == EntityState.Added).ToList();
        if (added.Count > 0)
        {
            await db.KeepAsync(added.ConvertAll(metadata => metadata.Entity), cancellationToken);
            added.ForEach(metadata => metadata.State = EntityState.Detached);
        }
    }

    private static Guid TaskIdOf(EntityEntry entry) => entry.Entity switch
    {
        TorrentTask task => task.CorrelationId,
        WorkItem item => item.TaskId,
        TaskFile file => file.TaskId,
        TaskMetadata metadata => metadata.TaskId,
        StoredScreenshot screenshot => screenshot.TaskId,
        TimelineEntry entryOfTimeline => entryOfTimeline.TaskId,
        var other => throw new InvalidOperationException($"{other.GetType().Name} is no part of a task."),
    };
}
