using System.Diagnostics;
using EventTorrent.TestKit;

namespace EventTorrent.Demo;

/// <summary>The whole way: a video, its torrent, an independent seeder, a submission, and the proof of what comes back.</summary>
internal sealed class DemoRun(EventTorrentClient service, TextWriter output, DirectoryInfo pictures, int shots, TimeSpan length)
{
    private const int Width = 854;
    private const int Height = 480;
    private const int PieceLengthBytes = 2 * 1024 * 1024;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DeleteDeadline = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await service.EnsureReadyAsync(cancellationToken);
        await using var directory = new TempDirectory();
        Say(FormattableString.Invariant($"Making a video of {length.TotalMinutes:0} minutes"));
        var video = await TestVideo.MakeAsync(
            new TestVideoOptions { Duration = length, Width = Width, Height = Height, VideoBitsPerSecond = 2_000_000 },
            cancellationToken,
            directory.FullPath);
        await using var tracker = new LocalTracker();
        var torrent = await new TorrentBuilder { PieceLengthBytes = PieceLengthBytes, Trackers = [tracker.Url] }.BuildAsync(video, cancellationToken);
        await using var seeder = await TransmissionSeeder.StartAsync(torrent, cancellationToken);
        Say(FormattableString.Invariant($"transmission-daemon seeds {torrent.TotalBytes:N0} bytes in {torrent.PieceCount} pieces on {seeder.Endpoint}"));

        await service.SubmitAsync(torrent.Magnet(seeder.Endpoint), shots, cancellationToken);
        Say($"Submitted {torrent.Infohash} to {service.Url}");
        try
        {
            var task = await WaitForEndAsync(torrent.Infohash, cancellationToken);
            var paths = await SaveAsync(task, cancellationToken);
            Report(task, torrent, paths);
        }
        finally
        {
            // Nobody seeds it any more; and it is done even when the demo was interrupted.
            using var deadline = new CancellationTokenSource(DeleteDeadline);
            await DeleteAsync(torrent.Infohash, deadline.Token);
        }
    }

    private async Task<TaskReply> WaitForEndAsync(string infohash, CancellationToken cancellationToken)
    {
        (string, int) seen = default;
        while (true)
        {
            var task = await service.FindAsync(infohash, cancellationToken);
            if (seen != (task.State, task.Screenshots.Count))
            {
                seen = (task.State, task.Screenshots.Count);
                Say(FormattableString.Invariant($"{task.State}: {task.Screenshots.Count} of {shots} pictures, {task.BytesFetched:N0} bytes fetched"));
            }

            switch (task.State)
            {
                case "Failed":
                    throw new DemoException($"The task failed: {task.Failure?.Kind}: {task.Failure?.Message}");
                case "Completed" or "Playable":
                    return task;
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private async Task<List<string>> SaveAsync(TaskReply task, CancellationToken cancellationToken)
    {
        if (!task.Screenshots.Select(shot => shot.Index).Order().SequenceEqual(Enumerable.Range(0, shots)))
        {
            throw new DemoException($"Pictures 0 to {shots - 1} were asked for, and there are {string.Join(", ", task.Screenshots.Select(shot => shot.Index))}.");
        }

        pictures.Create();
        var paths = new List<string>();
        foreach (var shot in task.Screenshots.OrderBy(shot => shot.Index))
        {
            var path = Path.Combine(pictures.FullName, FormattableString.Invariant($"{shot.Index:00}.jpg"));
            await File.WriteAllBytesAsync(path, await service.DownloadAsync(shot.Url, cancellationToken), cancellationToken);
            await PictureCheck.RunAsync(path, Width, Height, cancellationToken);
            if ((shot.Width, shot.Height) != (Width, Height))
            {
                throw new DemoException(FormattableString.Invariant($"Picture {shot.Index} is said to be {shot.Width}x{shot.Height}, and the video is {Width}x{Height}."));
            }

            paths.Add(path);
        }

        return paths;
    }

    private void Report(TaskReply task, TestTorrent torrent, List<string> paths)
    {
        if (task.SizeBytes != torrent.TotalBytes)
        {
            throw new DemoException(FormattableString.Invariant($"The task says {task.SizeBytes:N0} bytes, and the video has {torrent.TotalBytes:N0}."));
        }

        if (task.BytesFetched <= 0 || task.BytesFetched >= torrent.TotalBytes || task.TimeToFirstShotMs is not { } firstShotMs)
        {
            throw new DemoException(FormattableString.Invariant($"{task.BytesFetched:N0} of {torrent.TotalBytes:N0} bytes fetched, first picture after {task.TimeToFirstShotMs} ms: that can't be."));
        }

        output.WriteLine();
        foreach (var (shot, path) in task.Screenshots.OrderBy(shot => shot.Index).Zip(paths))
        {
            output.WriteLine(FormattableString.Invariant(
                $"  {Path.GetFileName(path)}  {TimeSpan.FromSeconds(shot.KeyframeTimeS):mm\\:ss\\.f}  {shot.Width}x{shot.Height}  {new FileInfo(path).Length,8:N0} bytes  {(shot.Verified ? "verified" : "unverified")}"));
        }

        output.WriteLine();
        Row("Video", FormattableString.Invariant($"{torrent.TotalBytes,12:N0} bytes"));
        Row("Fetched", FormattableString.Invariant($"{task.BytesFetched,12:N0} bytes"));
        Row("Ratio", FormattableString.Invariant($"{(double)task.BytesFetched / torrent.TotalBytes,12:P2} of the video"));
        Row("First picture", FormattableString.Invariant($"{firstShotMs / 1000.0,12:0.0} s after the start"));
        Row("Pictures", FormattableString.Invariant($"{paths.Count,12} in {pictures.FullName}"));
    }

    private async Task DeleteAsync(string infohash, CancellationToken cancellationToken)
    {
        try
        {
            await service.DeleteAsync(infohash, cancellationToken);
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException)
        {
            // The service was stopped before us: there is nothing left to remove.
        }
    }

    private void Row(string name, string value) => output.WriteLine($"{name,-14}{value}");

    private void Say(string text) => output.WriteLine(FormattableString.Invariant($"{_clock.Elapsed.TotalSeconds,6:0.0} s  {text}"));
}
