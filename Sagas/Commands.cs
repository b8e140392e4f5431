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

    public static DownloadTorrent DownloadTorrent(IssuedItem work) => new(
        work.Task.CorrelationId,
        work.Task.Infohash,
        work.Item.Index,
        work.Item.Lease,
        work.Task.FilesAsked,
        work.Item.BoundVolume.Length > 0 ? work.Item.BoundVolume : null,
        work.Info,
        work.Task.Trackers,
        work.Task.Peers,
        work.Item.ResumeData);

    public static TranscodeVideo TranscodeVideo(IssuedItem work)
    {
        var files = work.Files.Select(file => new TorrentFile(file.Index, file.Path, file.LengthBytes)).ToList();
        var videos = StreamFiles.Videos(files, [.. work.Files.Where(file => file.Selected).Select(file => file.Index)]);
        var video = work.Item.FileIndex ?? 0;
        return new TranscodeVideo(
            work.Task.CorrelationId,
            work.Task.Infohash,
            work.Item.Index,
            work.Item.Lease,
            work.Item.BoundVolume,
            video,
            files.Find(file => file.Index == video)?.Path ?? "",
            StreamFiles.SubtitlesOf(video, videos, files),
            work.Item.Part,
            work.Item.Parts,
            work.Plan,
            work.Item.ResumeData);
    }

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
