using System.Text.Json;
using EventTorrent.Contracts;
using EventTorrent.Hosting.Webhooks;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.Extensions.Options;

namespace EventTorrent.Sagas.Webhooks;

/// <summary>
/// Writes down whom to tell of what the state machine changed, as rows that are saved in the same transaction: what is
/// committed is told, whatever dies then, and what is not committed never is.
/// </summary>
public sealed class WebhookOutbox(IOptions<WebhookOptions> options)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly WebhookOptions _options = options.Value;

    /// <summary>Before the changes are saved, as it looks at what was there before.</summary>
    internal void Add(TorrentDb db, EntityEntry<TorrentTask> task, DateTimeOffset now)
    {
        if (!_options.IsOn())
        {
            return;
        }

        IEnumerable<string> own = string.IsNullOrEmpty(_options.Url) ? [] : [_options.Url];
        string[] receivers = [.. own.Union(task.Entity.Webhooks)];
        if (receivers.Length == 0)
        {
            return;
        }

        foreach (var happened in Events(db, task))
        {
            var body = JsonSerializer.Serialize(new WebhookMessage(happened, now, WebhookTask.Of(task.Entity)), Json);
            db.WebhookDeliveries.AddRange(receivers.Select(receiver => new WebhookDelivery
            {
                Id = Guid.CreateVersion7(now),
                TaskId = task.Entity.CorrelationId,
                Event = happened,
                Url = receiver,
                Body = body,
                DueAt = now,
                CreatedAt = now,
            }));
        }
    }

    private static IEnumerable<string> Events(TorrentDb db, EntityEntry<TorrentTask> task)
    {
        var items = db.ChangeTracker.Entries<WorkItem>()
            .Where(item => item.Entity.TaskId == task.Entity.CorrelationId && item.Entity.Step == Step.Screenshots && item.State != EntityState.Deleted).ToList();
        if (task.Entity.HasMetadata
            && items.Exists(item => item.Entity.StoredBits != 0)
            && items.TrueForAll(item => HasEnded(item.Entity.State))
            && !items.TrueForAll(item => item.State != EntityState.Added && HasEnded(item.Property(i => i.State).OriginalValue)))
        {
            yield return WebhookEvents.ScreenshotsReady;
        }

        var state = task.Property(t => t.CurrentState);
        if (state.OriginalValue != state.CurrentValue && WebhookEvents.OfState(state.CurrentValue) is { } ended)
        {
            yield return ended;
        }
    }

    private static bool HasEnded(WorkItemState state) => state is WorkItemState.Done or WorkItemState.Failed;
}
