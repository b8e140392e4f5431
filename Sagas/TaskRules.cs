using System.Numerics;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas;

/// <summary>
/// What a report changes in a task, without bus or database. Invariants:
/// <list type="bullet">
/// <item>A report under another lease than the item's current one changes nothing, but for a stored result: a shot is a shot.</item>
/// <item>An item is done when all that it promised is stored, whatever was reported.</item>
/// <item>Everything is a set or a maximum: a report may come twice and in any order.</item>
/// <item>Every item that is not done or failed has a due time, so that no lost message can strand it; while a task is paused none has.</item>
/// </list>
/// </summary>
public sealed class TaskRules(SagaOptions options, TimeProvider time)
{
    private const int MaxShots = Limits.MaxShots;

    private const int MaxPeersKept = 32;

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Whether a report comes from the worker that has the right to it, about work that is not over.</summary>
    public static bool IsCurrent(TorrentTask task, IWorkReport report) =>
        Find(task, report) is { } item && item.Lease == report.Lease && item.State is WorkItemState.Queued or WorkItemState.Running;

    /// <summary>The same, for a failure: it may also be that finished work was never stored.</summary>
    public static bool CanFail(TorrentTask task, IWorkReport report) =>
        IsCurrent(task, report) || (Find(task, report) is { State: WorkItemState.Storing } item && item.Lease == report.Lease);

    /// <summary>Whether a report comes from a worker that has lost its right and does not know it.</summary>
    public static bool IsStale(TorrentTask task, IWorkReport report) =>
        Find(task, report) is not { } item || report.Lease < item.Lease || item.State == WorkItemState.Failed
        || task.CurrentState == nameof(TaskState.Paused);

    /// <summary>
    /// Looks at what the door wrote: wider wants become work, and what has failed or waits for another attempt starts again
    /// when that was asked.
    /// </summary>
    /// <param name="selected">Files to work on now, or null while the metadata is not known.</param>
    /// <param name="hasGrown">There are files among them that were not selected before.</param>
    /// <returns>Work that is of no use any more.</returns>
    public IReadOnlyList<StopWork> Reconcile(TorrentTask task, IReadOnlyList<int>? selected, bool hasGrown)
    {
        var work = false;
        var items = task.Items.Count;
        var stops = new List<StopWork>();
        task.AttentionSince = null;
        task.Items.ForEach(item => item.Priority = task.Priority);
        foreach (var item in task.Items)
        {
            if (item.Step == Step.Screenshots && item.Shots != ShotsOf(task))
            {
                stops.AddRange(Pausing.Stop(item));
                Widen(item, ShotsOf(task));
                work = true;
            }
            else if (item.Step == Step.Download && hasGrown)
            {
                // What is on the volume stays, and more comes to it.
                stops.AddRange(Pausing.Stop(item));
                item.FailedAttempts = 0;
                MakeDue(item);
                work = true;
            }
            else if (task.RestartAsked && item is { State: WorkItemState.Failed } or { State: WorkItemState.Waiting, FailureKind: not null })
            {
                MakeDue(task, item);
                item.FailedAttempts = 0;
                (item.FailureKind, item.FailureMessage) = (null, null);
                work = true;
            }
        }

        task.RestartAsked = false;
        if (selected is not null)
        {
            AddScreenshotItems(task, selected);
        }

        StreamItems.GoOn(task, Now);
        if (work || task.Items.Count > items)
        {
            (task.EndedAt, task.FailureKind, task.FailureMessage) = (null, null, null);
        }

        return stops;
    }

    /// <summary>Every unfinished item is due at once.</summary>
    public void Resume(TorrentTask task) => task.Items.FindAll(Pausing.IsUnfinished).ForEach(item => MakeDue(task, item));

    public void Start(TorrentTask task, StepStarted report)
    {
        var item = Find(task, report)!;
        item.State = WorkItemState.Running;
        item.DueAt = Now + options.Heartbeat;
        item.Worker = report.Worker;
        item.Volume = report.Volume;
        if (item.Step == Step.Download && StoredFiles.IsVolumeName(report.Volume))
        {
            item.BoundVolume = report.Volume!;
        }

        task.StartedAt ??= Now;
    }

    public void Progress(TorrentTask task, StepProgressed report)
    {
        var item = Find(task, report)!;
        item.State = WorkItemState.Running;
        item.DueAt = Now + options.Heartbeat;
        item.Progress = report.Progress is { } progress && double.IsFinite(progress) ? Math.Clamp(progress, 0, 1) : null;
        item.DownBytesPerSecond = Math.Max(0, report.DownBytesPerSecond);
        item.Peers = Math.Max(0, report.Peers);
        item.UpBytesPerSecond = Math.Max(0, report.UpBytesPerSecond ?? 0);
        item.Seeds = Math.Max(0, report.Seeds ?? 0);
        item.WastedBytes = Math.Max(0, report.WastedBytes ?? 0);
        item.TotalBytes = report.TotalBytes is >= 0 ? report.TotalBytes : item.TotalBytes;
        item.Remaining = report.Remaining is { } remaining && remaining >= TimeSpan.Zero ? remaining : null;
        item.Speed = report.Speed is { } speed && double.IsFinite(speed) ? Math.Max(0, speed) : null;
        item.Stall = report.Stall;
        WorkDetail.Keep(item, report);
        CountBytes(task, item, report.BytesFetched);
        if (report.DoneBytes is >= 0 and var done)
        {
            // What lies on the volume is not fetched again: that is progress, whatever the resume data looks like.
            item.FailedAttempts = done > (item.DoneBytes ?? 0) ? 0 : item.FailedAttempts;
            item.DoneBytes = done;
        }

        if (report.ResumeData is { } resumeData)
        {
            KeepResumeData(item, resumeData);
        }
    }

    /// <summary>Takes the metadata over, and makes one item of every selected file.</summary>
    /// <returns>The files to work on; empty when there is no video.</returns>
    public IReadOnlyList<int> LearnMetadata(TorrentTask task, MetadataFetched report)
    {
        task.HasMetadata = true;
        task.Name = report.Name;
        task.SizeBytes = report.SizeBytes;
        task.PieceLengthBytes = report.PieceLengthBytes;
        task.IsPrivate = report.IsPrivate;
        task.FileCount = report.FileCount;
        task.InfohashV1 = report.InfohashV1;
        task.InfohashV2 = report.InfohashV2;
        KeepPeers(task, report.Peers);

        var selected = VideoFiles.Select(report.Files, task.FilesAsked);
        foreach (var file in report.Files)
        {
            task.Files.Add(new TaskFile
            {
                TaskId = task.CorrelationId,
                Index = file.Index,
                Path = file.Path,
                LengthBytes = file.LengthBytes,
                Selected = selected.Contains(file.Index),
            });
        }

        AddScreenshotItems(task, selected);
        task.Items.ForEach(item => EndWhenStored(task, item));
        if (Of(task, Step.Download).FirstOrDefault(item => item.State == WorkItemState.Storing) is { } download)
        {
            StreamItems.Downloaded(task, download, StreamFiles.Videos(report.Files, selected), Now);
        }

        StreamItems.GoOn(task, Now);
        return selected;
    }

    /// <summary>A picture is in its place.</summary>
    /// <returns>Whether it is a new one.</returns>
    public bool StoreShot(TorrentTask task, ScreenshotStored report)
    {
        if (report.Index is < 0 or >= MaxShots
            || FindForShot(task, report) is not { } item
            || report.Lease < item.PlanLease
            || (item.StoredBits & Bit(report.Index)) != 0)
        {
            return false;
        }

        item.FileIndex = report.FileIndex;
        item.StoredBits |= Bit(report.Index);
        item.FailedAttempts = 0;
        task.FirstShotAt ??= Now;
        if (item.State == WorkItemState.Running)
        {
            item.DueAt = Now + options.Heartbeat;
        }

        EndWhenStored(task, item);
        StreamItems.GoOn(task, Now);
        return true;
    }

    /// <summary>Whether the file never had another plan: then no other picture can have the place of this one.</summary>
    public static bool IsFirstPlan(TorrentTask task, ScreenshotStored report) => FindForShot(task, report) is { PlanLease: 0 };

    public void Describe(StoredScreenshot row, ScreenshotStored report)
    {
        row.WantedAt = report.WantedAt;
        row.TakenAt = report.TakenAt;
        row.Width = report.Width;
        row.Height = report.Height;
        row.Verified = report.Verified;
        row.LengthBytes = report.LengthBytes;
        row.StoredAt = Now;
    }

    public void Complete(TorrentTask task, StepCompleted report)
    {
        var item = Find(task, report)!;
        item.FileIndex = item.Step == Step.Screenshots ? report.FileIndex : item.FileIndex;
        item.Container = report.Container;
        item.Codec = report.Codec;
        item.Duration = report.Duration;
        item.BytesNeeded = report.BytesNeeded;
        item.Rounds = report.Rounds;
        CountBytes(task, item, report.BytesFetched);
        WorkDetail.Keep(item, report);
        KeepPeers(task, report.Peers);
        item.PromisedBits = report.Promised.Where(index => index is >= 0 and < MaxShots).Aggregate(0L, (bits, index) => bits | Bit(index));
        item.State = WorkItemState.Storing;
        item.DueAt = Now + options.StoreTime;
        switch (item.Step)
        {
            case Step.Screenshots:
                EndWhenStored(task, item);
                StreamItems.GoOn(task, Now);
                break;
            // Without the metadata nobody knows what the files are: its next worker brings it again.
            case Step.Download when task.HasMetadata:
                StreamItems.Downloaded(task, item, report.Promised, Now);
                break;
            case Step.Transcode:
                StreamItems.Transcoded(task, item, Now);
                break;
        }
    }

    /// <summary>A slice is over: the item goes on at once. Slices that bring nothing new are counted like failures.</summary>
    public void Yield(TorrentTask task, StepYielded report)
    {
        var item = Find(task, report)!;
        CountBytes(task, item, report.BytesFetched);
        KeepResumeData(item, report.ResumeData);
        WorkDetail.Keep(item, report);
        if (report.Parts is > 0 and var parts && item is { Step: Step.Transcode, Part: null, Parts: null, FileIndex: not null })
        {
            StreamItems.Cut(task, item, parts, Now);
            return;
        }

        MakeDue(task, item);
        if (item.FailedAttempts++ == 0)
        {
            return;
        }

        const string Slow = "The peers are so slow that several rounds brought nothing new.";
        (item.FailureKind, item.FailureMessage) = (FailureKind.PieceTimeout, Slow);
        (task.FailureKind, task.FailureMessage) = (FailureKind.PieceTimeout, Slow);
        if (item.FailedAttempts >= options.MaxAttempts)
        {
            item.State = WorkItemState.Failed;
            item.DueAt = null;
            EndFailed(task, item);
        }
        else
        {
            item.DueAt = Now + RetryDelay(item.FailedAttempts);
        }
    }

    /// <summary>An attempt failed: another one later, or the end of the item.</summary>
    /// <returns>Whether there will be another attempt.</returns>
    public bool Fail(TorrentTask task, StepFailed report)
    {
        var item = Find(task, report)!;
        var kind = Enum.TryParse<FailureKind>(report.Kind, out var known) ? known : FailureKind.InternalError;
        CountBytes(task, item, report.BytesFetched);
        KeepResumeData(item, report.ResumeData);
        (item.FailureKind, item.FailureMessage) = (kind, report.Message);
        (task.FailureKind, task.FailureMessage) = (kind, report.Message);
        WorkDetail.Leave(item);
        (item.UpBytesPerSecond, item.Seeds, item.Remaining, item.Speed, item.Stall) = (0, 0, null, null, null);

        // A worker that was told to stop has not failed: the item goes on at once, and nothing is counted.
        if (kind == FailureKind.Interrupted)
        {
            MakeDue(task, item);
            return true;
        }

        item.FailedAttempts++;
        if (!kind.IsRecoverable() || item.FailedAttempts >= options.MaxAttempts)
        {
            item.State = WorkItemState.Failed;
            item.DueAt = null;
            EndFailed(task, item);
            return false;
        }

        MakeDue(task, item);
        if (item.Step == Step.Download && item.DoneBytes is null or 0 && kind is FailureKind.OverQuota or FailureKind.DiskFull)
        {
            // Nothing of it is there yet: another volume may have the room.
            item.BoundVolume = "";
        }

        if (kind != FailureKind.WorkerLost)
        {
            item.DueAt = Now + RetryDelay(item.FailedAttempts);
        }

        return true;
    }

    /// <summary>Nothing is left to do: every item is done or has failed for good.</summary>
    public static bool IsOver(TorrentTask task) =>
        task.HasMetadata
            ? task.Items.TrueForAll(item => item.State is WorkItemState.Done or WorkItemState.Failed)
            : task.Items.Exists(item => item.State == WorkItemState.Failed);

    /// <summary>
    /// Whether a task that is over has brought what was asked for, a stream or else pictures: an item that failed does not
    /// spoil the others.
    /// </summary>
    public static bool HasResult(TorrentTask task) => task.Wants.HasFlag(Wants.Stream)
        ? StreamItems.HasStream(task)
        : task.Items.Exists(item => item.State == WorkItemState.Done);

    public static int CountShots(TorrentTask task) => task.Items.Sum(item => BitOperations.PopCount((ulong)item.StoredBits));

    /// <summary>Pictures that the task will have at the end, or null before the files are known.</summary>
    public static int? CountShotsWanted(TorrentTask task) =>
        task.HasMetadata
            ? Of(task, Step.Screenshots).Sum(item => item.PromisedBits is { } promised ? BitOperations.PopCount((ulong)promised) : item.Shots)
            : null;

    /// <summary>Writes a change of state, or a failure that will be retried, into the timeline.</summary>
    public void Note(TorrentTask task, string toState, string cause, IWorkReport? report = null)
    {
        task.Timeline.Add(new TimelineEntry
        {
            TaskId = task.CorrelationId,
            At = Now,
            FromState = task.CurrentState,
            ToState = toState,
            Cause = cause,
            Worker = report is null ? null : Find(task, report)?.Worker,
            Lease = report?.Lease,
        });
    }

    /// <summary>The task is over; what remains of its failures is that of an item that could not be done.</summary>
    public void Finish(TorrentTask task)
    {
        // That of the last step: it is why there is no more.
        var failed = task.Items.Where(item => item.State == WorkItemState.Failed).MaxBy(item => item.Step);
        (task.FailureKind, task.FailureMessage) = (failed?.FailureKind, failed?.FailureMessage);
        task.PauseAsked = false;
        task.EndedAt = Now;
    }

    private TimeSpan RetryDelay(int failures)
    {
        var delay = options.RetryDelay * Math.Pow(3, Math.Min(failures - 1, 20));
        return delay < options.MaxRetryDelay ? delay : options.MaxRetryDelay;
    }

    private void EndFailed(TorrentTask task, WorkItem item)
    {
        StreamItems.Failed(task, item);
        StreamItems.GoOn(task, Now);
    }

    private void AddScreenshotItems(TorrentTask task, IReadOnlyList<int> selected)
    {
        if (!task.Wants.HasFlag(Wants.Screenshots))
        {
            return;
        }

        var items = Of(task, Step.Screenshots).ToList();
        foreach (var file in selected.Where(file => !items.Exists(item => item.FileIndex == file)))
        {
            // Item 0 is there from the beginning: it fetched the metadata and goes on with the first file.
            if (items.Find(item => item.FileIndex is null) is { } first)
            {
                first.FileIndex = file;
                continue;
            }

            var item = new WorkItem
            {
                TaskId = task.CorrelationId,
                Step = Step.Screenshots,
                Index = items.Count == 0 ? 0 : items.Max(other => other.Index) + 1,
                FileIndex = file,
                Shots = task.Shots,
                Priority = task.Priority,
                CreatedAt = Now,
                DueAt = Now,
                Lease = task.LeaseFloor,
                PlanLease = task.LeaseFloor,
            };
            items.Add(item);
            task.Items.Add(item);
        }
    }

    /// <summary>Another number of pictures is another plan: what is stored is taken anew.</summary>
    private void Widen(WorkItem item, int shots)
    {
        item.Shots = shots;
        item.StoredBits = 0;
        item.PromisedBits = null;
        item.ResumeData = null;
        item.PlanLease = item.Lease + 1;
        item.FailedAttempts = 0;
        MakeDue(item);
    }

    /// <summary>To be issued now; the item of a video that was cut waits for its parts first.</summary>
    private void MakeDue(TorrentTask task, WorkItem item)
    {
        MakeDue(item);
        item.DueAt = StreamItems.IsResting(task, item) ? null : item.DueAt;
    }

    private void MakeDue(WorkItem item)
    {
        item.State = WorkItemState.Waiting;
        item.DueAt = Now;
    }

    /// <summary>While the metadata is missing nothing is done: the item is overdue after a while, and its next worker brings it again.</summary>
    private static void EndWhenStored(TorrentTask task, WorkItem item)
    {
        var isStored = item.PromisedBits is { } promised && promised != 0 && (promised & ~item.StoredBits) == 0
            && item.State is WorkItemState.Storing or WorkItemState.Failed;
        if (task.HasMetadata && (isStored || StreamItems.IsForMetadata(item)))
        {
            item.State = WorkItemState.Done;
            item.DueAt = null;
            item.Progress = 1;
            item.ResumeData = null;
            (item.FailureKind, item.FailureMessage) = (null, null);
        }
    }

    private static void CountBytes(TorrentTask task, WorkItem item, long bytes)
    {
        item.BytesFetched = Math.Max(item.BytesFetched, bytes);
        task.BytesFetched = task.Items.Sum(each => each.BytesFetchedEarlier + each.BytesFetched);
    }

    private static void KeepResumeData(WorkItem item, byte[]? resumeData)
    {
        if (resumeData is { Length: <= Limits.ResumeDataBytes }
            && (item.ResumeData is null || !resumeData.AsSpan().SequenceEqual(item.ResumeData)))
        {
            item.ResumeData = resumeData;
            // A plan that is new is progress. That of a download has counters and times in it: there, bytes are.
            item.FailedAttempts = item.Step == Step.Download ? item.FailedAttempts : 0;
        }
    }

    private static void KeepPeers(TorrentTask task, IReadOnlyList<string> peers)
    {
        var merged = peers.Where(MagnetLink.IsPeer).Concat(task.Peers).Distinct().Take(MaxPeersKept).ToList();
        if (!merged.SequenceEqual(task.Peers))
        {
            task.Peers = merged;
        }
    }

    private static WorkItem? Find(TorrentTask task, IWorkReport report) =>
        Enum.TryParse<Step>(report.Step, out var step) ? task.Items.Find(item => item.Step == step && item.Index == report.Item) : null;

    /// <summary>The item of the file. A picture may overtake the metadata: then it is of the item that has no file yet.</summary>
    private static WorkItem? FindForShot(TorrentTask task, ScreenshotStored report) =>
        Of(task, Step.Screenshots).FirstOrDefault(item => item.FileIndex == report.FileIndex)
        ?? Of(task, Step.Screenshots).FirstOrDefault(item => item.FileIndex is null && item.Index == report.Item);

    /// <summary>Pictures to be taken of each file.</summary>
    private static int ShotsOf(TorrentTask task) => task.Wants.HasFlag(Wants.Screenshots) ? task.Shots : 0;

    private static IEnumerable<WorkItem> Of(TorrentTask task, Step step) => task.Items.Where(item => item.Step == step);

    private static long Bit(int index) => 1L << index;
}
