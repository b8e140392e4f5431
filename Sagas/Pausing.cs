using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas;

/// <summary>Taking work away from workers, and from the Dispatcher's sight.</summary>
public static class Pausing
{
    public static bool IsUnfinished(WorkItem item) => item.State is not (WorkItemState.Done or WorkItemState.Failed);

    /// <summary>
    /// Lets all unfinished items rest: without a due time neither pump nor sweeper sees them, and as none is queued or running
    /// no report about them counts. Results that are on their way still do.
    /// </summary>
    /// <returns>What the workers have to hear.</returns>
    public static IReadOnlyList<StopWork> Rest(TorrentTask task)
    {
        var stops = task.Items.SelectMany(Stop).ToList();
        foreach (var item in task.Items.Where(IsUnfinished))
        {
            item.State = item.State == WorkItemState.Storing ? WorkItemState.Storing : WorkItemState.Waiting;
            item.DueAt = null;
            item.DownBytesPerSecond = 0;
            item.Peers = 0;
        }

        return stops;
    }

    /// <summary>The end of the lease that an item is worked on under, if it is: of this one only, as the next may be out already when it is heard.</summary>
    public static IEnumerable<StopWork> Stop(WorkItem item) => item.State is WorkItemState.Queued or WorkItemState.Running
        ? [new StopWork(item.TaskId, item.Step.ToString(), item.Index, item.Lease)]
        : [];
}
