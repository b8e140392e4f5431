using EventTorrent.Contracts;

namespace EventTorrent.Storage.Model;

/// <summary>What people see of the download and the transcoding of a task, told alike by the state machine and the door.</summary>
/// <param name="Progress">0 to 1 within the state, or null when unknown.</param>
/// <param name="Remaining">Time to the end of the download, or of the transcoding, at the present speed; null when unknown.</param>
/// <param name="Reason">One sentence on what the task waits for, or null while it does not wait.</param>
public sealed record StreamStatus(double? Progress, long UpBytesPerSecond, int Seeds, TimeSpan? Remaining, string? Reason)
{
    /// <param name="state">Of the task.</param>
    /// <param name="items">All items of the task; without their resume data is enough.</param>
    public static StreamStatus Of(string state, IReadOnlyCollection<WorkItem> items)
    {
        var running = items.Where(item => item.State == WorkItemState.Running).ToList();
        return new StreamStatus(
            ProgressOf(state, items),
            running.Sum(item => item.UpBytesPerSecond),
            running.Sum(item => item.Seeds),
            state == nameof(TaskState.Transcoding) ? TranscodingOf(items, running) : running.Where(item => item.Step == Step.Download).Max(item => item.Remaining),
            ReasonOf(state, items, running));
    }

    private static double? ProgressOf(string state, IReadOnlyCollection<WorkItem> items)
    {
        var work = items.Where(item => item.Step == StepOf(state)).ToList();
        return work.Count == 0 ? null : state switch
        {
            nameof(TaskState.Downloading) => work[0] is { DoneBytes: { } done, TotalBytes: > 0 and var total } ? Math.Min(1, (double)done / total) : work[0].Progress,
            _ => work.Average(item => item.State == WorkItemState.Done ? 1 : item.Progress ?? 0),
        };
    }

    /// <summary>What is not done, at the rate of those that work: the parts of a video are about alike.</summary>
    private static TimeSpan? TranscodingOf(IReadOnlyCollection<WorkItem> items, List<WorkItem> running)
    {
        var left = items.Where(IsMade).Sum(item => item.State == WorkItemState.Done ? 0 : 1 - (item.Progress ?? 0));
        var perSecond = running.Where(IsMade).Sum(item => item.Remaining is { TotalSeconds: > 0 } own ? (1 - (item.Progress ?? 0)) / own.TotalSeconds : 0);
        return perSecond > 0 ? TimeSpan.FromSeconds(Math.Min(left / perSecond, TimeSpan.FromDays(30).TotalSeconds)) : null;

        // That of a whole video that was cut only puts its parts together.
        static bool IsMade(WorkItem item) => item.Step == Step.Transcode && (item.Part is not null || item.Parts is null);
    }

    private static string? ReasonOf(string state, IReadOnlyCollection<WorkItem> items, List<WorkItem> running)
    {
        if (StepOf(state) is not { } step)
        {
            return null;
        }

        if (running.Find(item => item.Step == step) is { } atWork)
        {
            return atWork.Stall;
        }

        var worker = step == Step.Download ? "download" : "transcode";
        return items.FirstOrDefault(item => item.Step == step && item.State is WorkItemState.Waiting or WorkItemState.Queued) switch
        {
            null => null,
            { BoundVolume: "" } => $"Waits for a {worker} worker.",
            { BoundVolume: var volume } => $"Waits for a {worker} worker of the volume \"{volume}\".",
        };
    }

    private static Step? StepOf(string state) => state switch
    {
        nameof(TaskState.Downloading) => Step.Download,
        nameof(TaskState.Transcoding) => Step.Transcode,
        _ => null,
    };
}
