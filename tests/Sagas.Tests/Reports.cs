using EventTorrent.Contracts;

namespace EventTorrent.Sagas.Tests;

/// <summary>What a worker says, under the lease of its command.</summary>
internal static class Reports
{
    private const string Step = nameof(Contracts.Step.Screenshots);

    public static StepStarted Started(this TakeScreenshots c) => new(c.TaskId, c.Infohash, Step, c.Item, c.Lease, "worker-1", null);

    public static StepProgressed Progressed(this TakeScreenshots c, byte[]? resumeData = null, long bytes = 1000) =>
        new(c.TaskId, c.Infohash, Step, c.Item, c.Lease, 0.5, bytes, 100, 3, resumeData);

    public static MetadataFetched Metadata(this TakeScreenshots c, params TorrentFile[] files) => new(
        c.TaskId, c.Infohash, Step, c.Item, c.Lease, c.Infohash, null, "A film", files.Sum(file => file.LengthBytes), 1 << 20, false,
        files.Length, files, [1, 2, 3], ["127.0.0.1:6881"]);

    public static ScreenshotStored Stored(this TakeScreenshots c, int index, int file = 0) => new(
        c.TaskId, c.Infohash, c.Item, c.Lease, file, index, TimeSpan.FromSeconds(10 * index), TimeSpan.FromSeconds((10 * index) + 1), 640, 360, false, 5000);

    public static StepCompleted Completed(this TakeScreenshots c, int shots, int file = 0) => new(
        c.TaskId, c.Infohash, Step, c.Item, c.Lease, file, [.. Enumerable.Range(0, shots)], "mp4", "avc1", TimeSpan.FromMinutes(3),
        5000, 9000, 3, ["127.0.0.1:6882"]);

    public static StepYielded Yielded(this TakeScreenshots c) => new(c.TaskId, c.Infohash, Step, c.Item, c.Lease, 100, null);

    public static StepFailed Failed(this TakeScreenshots c, FailureKind kind) =>
        new(c.TaskId, c.Infohash, Step, c.Item, c.Lease, kind.ToString(), "It did not work.", 2000, null);

    public static TorrentFile Film(int index = 0) => new(index, $"film{index}.mp4", 500_000_000);
}
