using EventTorrent.Api.Pictures;
using EventTorrent.Contracts;
using EventTorrent.Hosting.Webhooks;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Tasks;

/// <summary>Reads tasks for representation.</summary>
internal sealed class TaskReader(TorrentDb db, PictureStore pictures, IOptions<WebhookOptions> webhooks)
{
    public async Task<TaskDetail?> FindAsync(Infohash infohash, CancellationToken cancellationToken)
    {
        var id = infohash.ToTaskId();
        var task = await db.Tasks.AsNoTracking().FirstOrDefaultAsync(task => task.CorrelationId == id, cancellationToken);
        return task is null
            ? null
            : TaskViews.Detail(
                task, await ItemsAsync([id], areWhole: true, cancellationToken), await FilesAsync(id, cancellationToken), await ScreenshotsAsync(id, cancellationToken),
                await WebhooksAsync(id, cancellationToken));
    }

    public Task<bool> ExistsAsync(Infohash infohash, CancellationToken cancellationToken)
    {
        var id = infohash.ToTaskId();
        return db.Tasks.AnyAsync(task => task.CorrelationId == id, cancellationToken);
    }

    public async Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        var tasks = await query.Apply(db.Tasks.AsNoTracking()).Take(query.Limit + 1).ToListAsync(cancellationToken);
        var hasMore = tasks.Count > query.Limit;
        if (hasMore)
        {
            tasks.RemoveAt(query.Limit);
        }

        var items = (await ItemsAsync([.. tasks.Select(task => task.CorrelationId)], areWhole: false, cancellationToken)).ToLookup(item => item.TaskId);
        return new TaskPage(
            [.. tasks.Select(task => TaskViews.Summary(task, [.. items[task.CorrelationId]]))],
            hasMore ? query.CursorBehind(tasks[^1]) : null);
    }

    public async Task<IReadOnlyList<FileView>> FileViewsAsync(Infohash infohash, CancellationToken cancellationToken)
    {
        var id = infohash.ToTaskId();
        var items = await ItemsAsync([id], areWhole: true, cancellationToken);
        return [.. (await FilesAsync(id, cancellationToken)).Select(file => TaskViews.File(file, items))];
    }

    public async Task<IReadOnlyList<ScreenshotView>> ScreenshotViewsAsync(Infohash infohash, CancellationToken cancellationToken) =>
        [.. (await ScreenshotsAsync(infohash.ToTaskId(), cancellationToken)).Select(screenshot => TaskViews.Screenshot(infohash.ToString(), screenshot))];

    /// <summary>All that is known of the pictures, with their hashes.</summary>
    public async Task<SidecarView?> SidecarAsync(Infohash infohash, CancellationToken cancellationToken)
    {
        var id = infohash.ToTaskId();
        var task = await db.Tasks.AsNoTracking().FirstOrDefaultAsync(task => task.CorrelationId == id, cancellationToken);
        if (task is null)
        {
            return null;
        }

        var paths = (await FilesAsync(id, cancellationToken)).ToDictionary(file => file.Index, file => file.Path);
        var views = new List<SidecarPictureView>();
        foreach (var row in await ScreenshotsAsync(id, cancellationToken))
        {
            if (await pictures.HashAsync(infohash, new PicturePlace(row.FileIndex, row.Index), cancellationToken) is { } hash)
            {
                views.Add(TaskViews.Sidecar(task.Infohash, row, paths.GetValueOrDefault(row.FileIndex), hash));
            }
        }

        return new SidecarView(task.Infohash, task.Name, views);
    }

    /// <summary>Of all items that are worked on.</summary>
    public async Task<SwarmView> SwarmAsync(Infohash infohash, CancellationToken cancellationToken)
    {
        var id = infohash.ToTaskId();
        var running = await db.WorkItems.AsNoTracking().Where(item => item.TaskId == id && item.State == WorkItemState.Running)
            .OrderBy(item => item.Step).ThenBy(item => item.Index)
            .Select(item => new WorkItem { SwarmPeers = item.SwarmPeers, Trackers = item.Trackers })
            .ToListAsync(cancellationToken);
        return TaskViews.Swarm(running);
    }

    public async Task<IReadOnlyList<TimelineView>> TimelineAsync(Infohash infohash, CancellationToken cancellationToken)
    {
        // What is older than this is of no interest to a person, and a task that is retried for months has no bound.
        const int MaxEntries = 1000;
        var id = infohash.ToTaskId();
        var entries = await db.Timeline.AsNoTracking().Where(entry => entry.TaskId == id)
            .OrderByDescending(entry => entry.Id).Take(MaxEntries).ToListAsync(cancellationToken);
        entries.Reverse();
        return [.. entries.Select(TaskViews.Timeline)];
    }

    private async Task<IReadOnlyList<WebhookDelivery>> WebhooksAsync(Guid id, CancellationToken cancellationToken)
    {
        const int MaxShown = 20;
        return webhooks.Value.IsOn()
            ? await db.WebhookDeliveries.AsNoTracking().Where(delivery => delivery.TaskId == id)
                .OrderByDescending(delivery => delivery.CreatedAt).ThenBy(delivery => delivery.Id).Take(MaxShown).ToListAsync(cancellationToken)
            : [];
    }

    private Task<List<TaskFile>> FilesAsync(Guid id, CancellationToken cancellationToken) =>
        db.Files.AsNoTracking().Where(file => file.TaskId == id).OrderBy(file => file.Index).ToListAsync(cancellationToken);

    private Task<List<StoredScreenshot>> ScreenshotsAsync(Guid id, CancellationToken cancellationToken) =>
        db.Screenshots.AsNoTracking().Where(screenshot => screenshot.TaskId == id)
            .OrderBy(screenshot => screenshot.FileIndex).ThenBy(screenshot => screenshot.Index).ToListAsync(cancellationToken);

    /// <summary>What the representations need of work items: all but their resume data.</summary>
    /// <param name="areWhole">With what lists do not show.</param>
    private Task<List<WorkItem>> ItemsAsync(IReadOnlyList<Guid> ids, bool areWhole, CancellationToken cancellationToken) =>
        db.WorkItems.AsNoTracking().Where(item => ids.Contains(item.TaskId))
            .OrderBy(item => item.Step).ThenBy(item => item.Index)
            .Select(item => new WorkItem
            {
                TaskId = item.TaskId,
                Step = item.Step,
                Index = item.Index,
                State = item.State,
                DueAt = item.DueAt,
                Lease = item.Lease,
                FileIndex = item.FileIndex,
                Part = item.Part,
                Parts = item.Parts,
                BoundVolume = item.BoundVolume,
                Shots = item.Shots,
                StoredBits = item.StoredBits,
                PromisedBits = item.PromisedBits,
                Worker = item.Worker,
                Progress = item.Progress,
                BytesFetched = item.BytesFetched,
                BytesFetchedEarlier = item.BytesFetchedEarlier,
                BytesNeeded = item.BytesNeeded,
                DownBytesPerSecond = item.DownBytesPerSecond,
                UpBytesPerSecond = item.UpBytesPerSecond,
                Peers = item.Peers,
                Seeds = item.Seeds,
                DoneBytes = item.DoneBytes,
                TotalBytes = item.TotalBytes,
                WastedBytes = item.WastedBytes,
                FetchedMap = areWhole ? item.FetchedMap : null,
                Remaining = item.Remaining,
                Speed = item.Speed,
                Stall = item.Stall,
                Container = item.Container,
                Codec = item.Codec,
                Duration = item.Duration,
                Streams = areWhole ? item.Streams : null,
            })
            .ToListAsync(cancellationToken);
}
