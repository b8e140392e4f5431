using EventTorrent.Contracts;
using EventTorrent.Storage;

namespace EventTorrent.Sagas;

/// <summary>What the Dispatcher sends, made of rows.</summary>
public static class Commands
{
    public static TakeScreenshots TakeScreenshots(IssuedItem work) => new(
        work.Task.CorrelationId,
        work.Task.Infohash,
        work.Item.Index,
        work.Item.Lease,
        work.Item.FileIndex,
        work.Task.FilesAsked,
        work.Item.Shots,
        [.. Enumerable.Range(0, Limits.MaxShots).Where(index => (work.Item.StoredBits & (1L << index)) != 0)],
        work.Task.Verification.ToString(),
        work.Info,
        work.Task.Trackers,
        work.Task.Peers,
        work.Item.ResumeData);

    public static StepFailed WorkerLost(OverdueItem overdue) => new(
        overdue.Item.TaskId,
        overdue.Infohash,
        overdue.Item.Step.ToString(),
        overdue.Item.Index,
        overdue.Item.Lease,
        nameof(FailureKind.WorkerLost),
        "The worker has not been heard of for too long.",
        overdue.Item.BytesFetched,
        ResumeData: null);
}
