using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas;

/// <summary>
/// The work that a stream is made of: one item that downloads, then one for each video, which may be cut in parts that are
/// items of their own. Invariants:
/// <list type="bullet">
/// <item>Where a download began, it goes on, and what is made of it is made there: all later items are bound to that volume.</item>
/// <item>The item of a video that was cut rests, without a due time, exactly until its parts are done; then it joins them.</item>
/// </list>
/// </summary>
internal static class StreamItems
{
    /// <summary>A film of four hours in chunks of 5 minutes has about 50 parts; ten times that is a fault.</summary>
    private const int MaxParts = 512;

    /// <summary>What a later step can't cure: the files are none that can be played.</summary>
    private static readonly FailureKind?[] Hopeless = [FailureKind.NotAVideo, FailureKind.PackedArchive, FailureKind.Encrypted];

    /// <summary>Begins the download when a stream is wanted and the pictures are done, or could not be taken.</summary>
    public static void GoOn(TorrentTask task, DateTimeOffset now)
    {
        if (!task.Wants.HasFlag(Wants.Stream) || !task.HasMetadata || task.Items.Exists(item => item.Step == Step.Download))
        {
            return;
        }

        var screenshots = task.Items.FindAll(item => item.Step == Step.Screenshots && !IsForMetadata(item));
        if (screenshots.TrueForAll(item => !Pausing.IsUnfinished(item))
            && (screenshots.Count == 0
                || (screenshots.Exists(item => item.FileIndex is not null)
                    && !screenshots.TrueForAll(item => item.State == WorkItemState.Failed && Hopeless.Contains(item.FailureKind)))))
        {
            task.Items.Add(Create(task, Step.Download, index: 0, now));
            (task.FailureKind, task.FailureMessage) = (null, null);
        }
    }

    /// <summary>The files are on the volume: each video becomes an item there.</summary>
    public static void Downloaded(TorrentTask task, WorkItem download, IEnumerable<int> videos, DateTimeOffset now)
    {
        End(download);
        (task.FailureKind, task.FailureMessage) = (null, null);
        var items = task.Items.FindAll(item => item.Step == Step.Transcode);
        foreach (var video in videos.Distinct().Take(VideoFiles.MaxSelected).Where(video => !items.Exists(item => item.FileIndex == video)))
        {
            Add(task, items, video, part: null, download.BoundVolume, now);
        }
    }

    /// <summary>A video, or a part of one, is transcoded.</summary>
    public static void Transcoded(TorrentTask task, WorkItem item, DateTimeOffset now)
    {
        End(item);
        if (item.Part is not null && WholeOf(task, item) is { State: WorkItemState.Waiting } whole && !IsResting(task, whole))
        {
            whole.DueAt = now;
        }
    }

    /// <summary>A video was cut: its parts become items, and its own item rests.</summary>
    public static void Cut(TorrentTask task, WorkItem whole, int parts, DateTimeOffset now)
    {
        whole.Parts = Math.Clamp(parts, 1, MaxParts);
        var items = task.Items.FindAll(item => item.Step == Step.Transcode);
        for (var part = 0; part < whole.Parts; part++)
        {
            Add(task, items, whole.FileIndex!.Value, part, whole.BoundVolume, now);
            items[^1].Parts = whole.Parts;
        }

        whole.State = WorkItemState.Waiting;
        whole.DueAt = null;
        whole.FailedAttempts = 0;
    }

    /// <summary>A part could not be done: the video can't be either.</summary>
    public static void Failed(TorrentTask task, WorkItem part)
    {
        if (part.Part is not null && WholeOf(task, part) is { } whole && Pausing.IsUnfinished(whole))
        {
            whole.State = WorkItemState.Failed;
            whole.DueAt = null;
            (whole.FailureKind, whole.FailureMessage) = (part.FailureKind, part.FailureMessage);
        }
    }

    /// <summary>Whether an item waits for its parts and not for a worker.</summary>
    public static bool IsResting(TorrentTask task, WorkItem item) =>
        item is { Step: Step.Transcode, Part: null, Parts: not null }
        && task.Items.Exists(part => part.Part is not null && part.FileIndex == item.FileIndex && part.State != WorkItemState.Done);

    /// <summary>Whether it takes no pictures: it brings the metadata, is done with it, and takes the pictures of the first file once they are wanted.</summary>
    public static bool IsForMetadata(WorkItem item) => item is { Step: Step.Screenshots, Shots: 0 };

    /// <summary>Which state a task with work is in: that of its first step that is not done.</summary>
    public static TaskState StageOf(TorrentTask task) =>
        IsOpen(task, Step.Screenshots) ? TaskState.Screenshotting
        : IsOpen(task, Step.Download) ? TaskState.Downloading
        : TaskState.Transcoding;

    /// <summary>Whether a video can be played.</summary>
    public static bool HasStream(TorrentTask task) =>
        task.Items.Exists(item => item is { Step: Step.Transcode, Part: null, State: WorkItemState.Done });

    private static bool IsOpen(TorrentTask task, Step step) => task.Items.Exists(item => item.Step == step && Pausing.IsUnfinished(item));

    private static WorkItem? WholeOf(TorrentTask task, WorkItem part) =>
        task.Items.Find(item => item.Step == Step.Transcode && item.Part is null && item.FileIndex == part.FileIndex);

    private static void End(WorkItem item)
    {
        item.State = WorkItemState.Done;
        item.DueAt = null;
        item.Progress = 1;
        item.ResumeData = null;
        (item.FailureKind, item.FailureMessage, item.Stall, item.Remaining) = (null, null, null, null);
        (item.UpBytesPerSecond, item.Seeds) = (0, 0);
    }

    private static void Add(TorrentTask task, List<WorkItem> items, int file, int? part, string volume, DateTimeOffset now)
    {
        if (items.Exists(item => item.FileIndex == file && item.Part == part))
        {
            return;
        }

        var item = Create(task, Step.Transcode, items.Select(item => item.Index + 1).DefaultIfEmpty().Max(), now);
        item.FileIndex = file;
        item.Part = part;
        item.BoundVolume = volume;
        items.Add(item);
        task.Items.Add(item);
    }

    private static WorkItem Create(TorrentTask task, Step step, int index, DateTimeOffset now) => new()
    {
        TaskId = task.CorrelationId,
        Step = step,
        Index = index,
        Priority = task.Priority,
        CreatedAt = now,
        DueAt = now,
        Lease = task.LeaseFloor,
        PlanLease = task.LeaseFloor,
    };
}
