using System.Globalization;
using System.Numerics;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Tasks;

/// <summary>From rows and messages to representations.</summary>
internal static class TaskViews
{
    /// <summary>The want of a task that is to learn its files, and no more.</summary>
    public const string Metadata = "metadata";

    public static TaskView Of(TaskChanged changed) => new()
    {
        Infohash = changed.Infohash,
        Status = CompatStatus.Of(changed.State, changed.FailureKind, changed.RetryAt),
        State = changed.State,
        Version = changed.Version,
        Name = changed.Name,
        SizeBytes = changed.SizeBytes,
        Progress = changed.Progress,
        ShotsStored = changed.ShotsStored,
        ShotsWanted = changed.ShotsWanted,
        BytesFetched = changed.BytesFetched,
        DownBytesPerSecond = changed.DownBytesPerSecond,
        Peers = changed.Peers,
        Failure = changed.FailureKind is null ? null : new FailureView(changed.FailureKind, changed.FailureMessage, changed.RetryAt),
        CreatedAt = changed.CreatedAt,
        UpdatedAt = changed.UpdatedAt,
        UpBytesPerSecond = changed.UpBytesPerSecond ?? 0,
        Seeds = changed.Seeds ?? 0,
        RemainingSeconds = changed.Remaining is { } remaining ? Seconds(remaining) : null,
        Reason = changed.Reason,
    };

    public static TaskSummary Summary(TorrentTask task, IReadOnlyList<WorkItem> items) =>
        Detail(task, items, [], [], []);

    public static TaskDetail Detail(
        TorrentTask task, IReadOnlyList<WorkItem> items, IReadOnlyList<TaskFile> files, IReadOnlyList<StoredScreenshot> screenshots,
        IReadOnlyList<WebhookDelivery> webhooks)
    {
        var stored = items.Sum(item => BitOperations.PopCount((ulong)item.StoredBits));
        int? wanted = task.HasMetadata
            ? items.Where(item => item.Step == Step.Screenshots).Sum(item => item.PromisedBits is { } promised ? BitOperations.PopCount((ulong)promised) : item.Shots)
            : null;
        var running = items.Where(item => item.State == WorkItemState.Running).ToList();
        var stream = StreamStatus.Of(task.CurrentState, items);
        var isOpen = task.CurrentState is not (nameof(TaskState.Completed) or nameof(TaskState.Playable) or nameof(TaskState.Failed));
        var retryAt = isOpen && task.FailureKind is not null
            ? items.Where(item => item.State == WorkItemState.Waiting).Min(item => item.DueAt)
            : null;
        return new TaskDetail
        {
            Infohash = task.Infohash,
            Status = CompatStatus.Of(task.CurrentState, task.FailureKind?.ToString(), retryAt),
            State = task.CurrentState,
            Version = task.Version,
            Name = task.Name,
            SizeBytes = task.SizeBytes,
            Want = Want(task.Wants),
            Shots = task.Shots,
            Priority = task.Priority,
            Progress = Progress(task.CurrentState, stored, wanted) ?? stream.Progress,
            ShotsStored = stored,
            ShotsWanted = wanted,
            BytesFetched = task.BytesFetched,
            BytesNeeded = items.Sum(item => item.BytesNeeded),
            TimeToFirstShotMs = (long?)(task.FirstShotAt - task.StartedAt)?.TotalMilliseconds,
            DownBytesPerSecond = running.Sum(item => item.DownBytesPerSecond),
            Peers = running.Sum(item => item.Peers),
            Failure = task.FailureKind is { } kind ? new FailureView(kind.ToString(), task.FailureMessage, retryAt) : null,
            CreatedAt = task.CreatedAt,
            UpdatedAt = task.UpdatedAt,
            UpBytesPerSecond = stream.UpBytesPerSecond,
            Seeds = stream.Seeds,
            RemainingSeconds = stream.Remaining is { } remaining ? Seconds(remaining) : null,
            Reason = stream.Reason,
            StartedAt = task.StartedAt,
            EndedAt = task.EndedAt,
            Download = items.FirstOrDefault(item => item.Step == Step.Download) is { } download ? Download(download) : null,
            Transcodes = [.. items.Where(item => item.Step == Step.Transcode).OrderBy(item => item.FileIndex).ThenBy(item => item.Part).Select(Transcode)],
            Webhooks = [.. webhooks.Select(Webhook)],
            Files = [.. files.Select(file => File(file, items))],
            Screenshots = [.. screenshots.Select(screenshot => Screenshot(task.Infohash, screenshot))],
        };
    }

    /// <summary>As a submission says it.</summary>
    private static string Want(Wants wants) => wants == Wants.None
        ? Metadata
        : string.Join(',', Enum.GetValues<Wants>().Where(want => want != Wants.None && wants.HasFlag(want))).ToLowerInvariant();

    private static WebhookView Webhook(WebhookDelivery delivery) => new(
        $"msg_{delivery.Id:N}", delivery.Event, new Uri(delivery.Url).GetLeftPart(UriPartial.Authority),
        delivery.DeliveredAt is not null ? "delivered" : delivery.DueAt is not null ? "waiting" : "given_up",
        delivery.Attempts, delivery.LastStatus, delivery.LastError, delivery.CreatedAt, delivery.DueAt, delivery.DeliveredAt);

    private static DownloadView Download(WorkItem item) => new(
        item.State.ToString().ToLowerInvariant(), item.BoundVolume.Length > 0 ? item.BoundVolume : null, item.DoneBytes, item.TotalBytes,
        item.BytesFetchedEarlier + item.BytesFetched, item.WastedBytes, item.FetchedMap);

    private static TranscodeView Transcode(WorkItem item) => new(
        item.FileIndex, item.Part, item.Parts, item.State.ToString().ToLowerInvariant(), item.Worker, item.Lease, item.Progress, item.Speed,
        item.Remaining is { } remaining ? Seconds(remaining) : null);

    public static FileView File(TaskFile file, IReadOnlyList<WorkItem> items)
    {
        var item = items.FirstOrDefault(item => item.Step == Step.Screenshots && item.FileIndex == file.Index);
        var made = items.FirstOrDefault(item => item is { Step: Step.Transcode, Part: null } && item.FileIndex == file.Index);
        return new FileView(
            file.Index, file.Path, file.LengthBytes, VideoFiles.IsVideo(file.Path), file.Selected,
            item?.Container ?? made?.Container, item?.Codec, (item?.Duration ?? made?.Duration) is { Ticks: > 0 } duration ? Seconds(duration) : null,
            item?.State.ToString().ToLowerInvariant(), item?.Progress, item?.FetchedMap, [.. (made?.Streams ?? []).Select(Stream)]);
    }

    private static StreamView Stream(MediaStream stream) => new(
        stream.Kind, stream.Codec, stream.Width, stream.Height, stream.FramesPerSecond is { } rate ? Math.Round(rate, 3) : null, stream.BitDepth, stream.DynamicRange,
        stream.Channels, stream.SampleRate, stream.BitsPerSecond, stream.Language);

    public static ScreenshotView Screenshot(string infohash, StoredScreenshot screenshot) => new(
        screenshot.FileIndex, screenshot.Index, Seconds(screenshot.WantedAt), Seconds(screenshot.TakenAt),
        screenshot.Width, screenshot.Height, screenshot.Verified, screenshot.LengthBytes,
        // The last part tells browsers that keep the picture for ever when it is another one.
        string.Create(
            CultureInfo.InvariantCulture,
            $"/tasks/{infohash}/screenshots/{screenshot.FileIndex}/{screenshot.Index}.jpg?v={screenshot.StoredAt.ToUnixTimeMilliseconds()}"));

    public static SidecarPictureView Sidecar(string infohash, StoredScreenshot row, string? path, string sha256)
    {
        var view = Screenshot(infohash, row);
        return new SidecarPictureView(
            view.File, path, view.Index, view.TimeSeconds, view.KeyframeTimeSeconds, view.Width, view.Height, view.Verified, view.SizeBytes, sha256, view.Url);
    }

    /// <summary>Items of one torrent have the same trackers, and may have the same peers.</summary>
    public static SwarmView Swarm(IReadOnlyList<WorkItem> running) => new(
        [.. running.SelectMany(item => item.SwarmPeers ?? []).OrderByDescending(peer => peer.DownBytesPerSecond).Take(Limits.SwarmPeersInMessage).Select(peer => new SwarmPeerView(
            peer.Client, peer.Progress, peer.DownBytesPerSecond, peer.UpBytesPerSecond, peer.Traits.Split(',', StringSplitOptions.RemoveEmptyEntries)))],
        [.. running.SelectMany(item => item.Trackers ?? []).DistinctBy(tracker => tracker.Server).Take(Limits.TrackersInMessage).Select(tracker => new SwarmTrackerView(
            tracker.Server, tracker.State, tracker.Seeds, tracker.Peers, tracker.Message))]);

    public static TimelineView Timeline(TimelineEntry entry) =>
        new(entry.At, entry.FromState, entry.ToState, entry.Cause, entry.Worker, entry.Lease);

    private static double? Progress(string state, int stored, int? wanted) => state switch
    {
        nameof(TaskState.Completed) or nameof(TaskState.Playable) => 1,
        nameof(TaskState.Screenshotting) when wanted > 0 => Math.Min(1, (double)stored / wanted.Value),
        _ => null,
    };

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
