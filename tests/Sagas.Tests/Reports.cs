using EventTorrent.Contracts;

namespace EventTorrent.Sagas.Tests;

/// <summary>What a worker says, under the lease of its command.</summary>
internal static class Reports
{
    private const string Step = nameof(Contracts.Step.Screenshots);

    public static StepStarted Started(this TakeScreenshots c) => new(c.TaskId, c.Infohash, Step, c.Item, c.Lease, "worker-1", null);

    public static StepProgressed Progressed(this TakeScreenshots c, byte[]? resumeData = null, long bytes = 1000, byte[]? map = null) =>
        new(c.TaskId, c.Infohash, Step, c.Item, c.Lease, 0.5, bytes, 100, 3, resumeData, null, null, null, null, null, null, null, null, map, null, null);

    public static MetadataFetched Metadata(this TakeScreenshots c, params TorrentFile[] files) => new(
        c.TaskId, c.Infohash, Step, c.Item, c.Lease, c.Infohash, null, "A film", files.Sum(file => file.LengthBytes), 1 << 20, false,
        files.Length, files, [1, 2, 3], ["127.0.0.1:6881"]);

    public static ScreenshotStored Stored(this TakeScreenshots c, int index, int file = 0) => new(
        c.TaskId, c.Infohash, c.Item, c.Lease, file, index, TimeSpan.FromSeconds(10 * index), TimeSpan.FromSeconds((10 * index) + 1), 640, 360, false, 5000);

    public static StepCompleted Completed(this TakeScreenshots c, int shots, int file = 0, byte[]? map = null) => new(
        c.TaskId, c.Infohash, Step, c.Item, c.Lease, file, [.. Enumerable.Range(0, shots)], "mp4", "avc1", TimeSpan.FromMinutes(3),
        5000, 9000, 3, ["127.0.0.1:6882"], map, null);

    public static StepYielded Yielded(this TakeScreenshots c) => new(c.TaskId, c.Infohash, Step, c.Item, c.Lease, 100, null, null, null);

    public static StepFailed Failed(this TakeScreenshots c, FailureKind kind) =>
        new(c.TaskId, c.Infohash, Step, c.Item, c.Lease, kind.ToString(), "It did not work.", 2000, null);

    public static StepStarted Started(this DownloadTorrent c, string volume = Inbox.Volume) =>
        new(c.TaskId, c.Infohash, nameof(Contracts.Step.Download), c.Item, c.Lease, "worker-2", volume);

    public static StepProgressed Progressed(this DownloadTorrent c, long done, long total = 1000, string? stall = null, byte[]? map = null) => new(
        c.TaskId, c.Infohash, nameof(Contracts.Step.Download), c.Item, c.Lease, (double)done / total, done, 100, 3, [(byte)done],
        done, total, 10, 2, 5, TimeSpan.FromSeconds(30), null, stall, map, null, null);

    public static MetadataFetched Metadata(this DownloadTorrent c, params TorrentFile[] files) => new(
        c.TaskId, c.Infohash, nameof(Contracts.Step.Download), c.Item, c.Lease, c.Infohash, null, "A film", files.Sum(file => file.LengthBytes), 1 << 20, false,
        files.Length, files, [1, 2, 3], ["127.0.0.1:6881"]);

    public static StepCompleted Completed(this DownloadTorrent c, params int[] videos) => new(
        c.TaskId, c.Infohash, nameof(Contracts.Step.Download), c.Item, c.Lease, videos[0], videos, null, null, null, 0, 1000, 0, [], null, null);

    public static StepFailed Failed(this DownloadTorrent c, FailureKind kind, byte[]? resumeData = null) =>
        new(c.TaskId, c.Infohash, nameof(Contracts.Step.Download), c.Item, c.Lease, kind.ToString(), "It did not work.", 0, resumeData);

    public static StepStarted Started(this TranscodeVideo c) =>
        new(c.TaskId, c.Infohash, nameof(Contracts.Step.Transcode), c.Item, c.Lease, "worker-3", c.Volume);

    public static StepYielded Cut(this TranscodeVideo c, int parts, byte[] plan, params MediaStream[] streams) =>
        new(c.TaskId, c.Infohash, nameof(Contracts.Step.Transcode), c.Item, c.Lease, 0, plan, parts, streams);

    public static StepCompleted Completed(this TranscodeVideo c) => new(
        c.TaskId, c.Infohash, nameof(Contracts.Step.Transcode), c.Item, c.Lease, c.FileIndex, [], "mp4", "h264", TimeSpan.FromMinutes(3), 0, 0, 0, [], null, null);

    public static StepFailed Failed(this TranscodeVideo c, FailureKind kind) =>
        new(c.TaskId, c.Infohash, nameof(Contracts.Step.Transcode), c.Item, c.Lease, kind.ToString(), "It did not work.", 0, null);

    public static TorrentFile Film(int index = 0) => new(index, $"film{index}.mp4", 500_000_000);
}
