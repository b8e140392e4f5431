using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas;

/// <summary>A task as pages see it.</summary>
public static class TaskSnapshot
{
    public static TaskChanged Of(TorrentTask task)
    {
        var stored = TaskRules.CountShots(task);
        var wanted = TaskRules.CountShotsWanted(task);
        var running = task.Items.Where(item => item.State == WorkItemState.Running).ToList();
        var stream = StreamStatus.Of(task.CurrentState, task.Items);
        return new TaskChanged(
            task.CorrelationId,
            task.Infohash,
            task.Version,
            task.CurrentState,
            task.Name,
            task.SizeBytes,
            stored,
            wanted,
            Progress(task, stored, wanted) ?? stream.Progress,
            task.BytesFetched,
            running.Sum(item => item.DownBytesPerSecond),
            running.Sum(item => item.Peers),
            task.FailureKind?.ToString(),
            task.FailureMessage,
            task.Items.Where(item => item.State == WorkItemState.Waiting && item.FailureKind is not null).Min(item => item.DueAt),
            task.CreatedAt,
            task.UpdatedAt,
            stream.UpBytesPerSecond,
            stream.Seeds,
            stream.Remaining,
            stream.Reason);
    }

    private static double? Progress(TorrentTask task, int stored, int? wanted) => task.CurrentState switch
    {
        nameof(TaskState.Completed) or nameof(TaskState.Playable) => 1,
        nameof(TaskState.Screenshotting) when wanted > 0 => Math.Min(1, (double)stored / wanted.Value),
        _ => null,
    };
}
