using EventTorrent.TestKit;

namespace EventTorrent.Demo;

/// <summary>The whole way: a video, its torrent, an independent seeder, a submission, and the proof of what comes back.</summary>
/// <param name="cluster">Where a worker is to be killed half way; null where none is.</param>
internal sealed class DemoRun(EventTorrentClient service, LocalCluster? cluster, Narrator narrator, DemoOptions options)
{
    private const int Width = 640;
    private const int Height = 360;
    private const int FramesPerSecond = 25;
    private const int PieceLengthBytes = 2 * 1024 * 1024;
    private static readonly TimeSpan DeleteDeadline = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await service.EnsureReadyAsync(cancellationToken);
        await using var directory = new TempDirectory();
        var video = await MakeVideoAsync(directory, cancellationToken);
        await using var tracker = new LocalTracker();
        var torrent = await new TorrentBuilder { PieceLengthBytes = PieceLengthBytes, Trackers = [tracker.Url] }.BuildAsync(video, cancellationToken);
        await using var seeder = await TransmissionSeeder.StartAsync(torrent, cancellationToken);
        narrator.Say(FormattableString.Invariant($"transmission-daemon seeds it: {torrent.TotalBytes:N0} bytes in {torrent.PieceCount} pieces, on {seeder.Endpoint}"));

        await service.SubmitAsync(torrent.Magnet(seeder.Endpoint), options.Shots, cancellationToken);
        narrator.Say($"Submitted {torrent.Infohash} to {service.Url}: {options.Shots} screenshots, then a stream");
        narrator.Title("The life of the task: state, why, and [who did it]");
        try
        {
            var task = await FollowAsync(torrent.Infohash, cancellationToken);
            await ReportPicturesAsync(task, torrent, cancellationToken);
            var delay = await ReportStreamAsync(torrent.Infohash, cancellationToken);
            await ReportWatchAsync(torrent.Infohash, video, delay, cancellationToken);
        }
        finally
        {
            // Nobody seeds it any more; and it is done even when the demo was interrupted.
            using var deadline = new CancellationTokenSource(DeleteDeadline);
            await DeleteAsync(torrent.Infohash, deadline.Token);
        }
    }

    private async Task<string> MakeVideoAsync(TempDirectory directory, CancellationToken cancellationToken)
    {
        narrator.Say(FormattableString.Invariant($"Making a video of {options.Length.TotalSeconds:0} s in {(cluster is null
            ? "H.264, which browsers play: its pictures will be copied"
            : "MPEG-4 Part 2, which no browser plays: it will be encoded anew, in parts")}"));
        var made = await TestVideo.MakeAsync(
            new TestVideoOptions
            {
                Duration = options.Length, Width = Width, Height = Height, FramesPerSecond = FramesPerSecond, VideoBitsPerSecond = 2_000_000, TurnsColours = true,
                Encoder = cluster is null ? "libx264" : "mpeg4",
            },
            cancellationToken,
            directory.FullPath);
        // The name of the task on the page.
        var video = directory["A video of the demo.mp4"];
        File.Move(made, video);
        return video;
    }

    private async Task<TaskReply> FollowAsync(string infohash, CancellationToken cancellationToken)
    {
        var names = new WorkerNames(cluster);
        var loss = cluster is null ? null : new WorkerLoss(names, service, infohash, narrator);
        var watch = new LifeWatch(service, narrator, infohash, names.NameOf);
        var task = await watch.WaitForEndAsync((now, token) => loss?.LookAsync(now, token) ?? Task.CompletedTask, cancellationToken);
        loss?.Prove(task);
        return task;
    }

    private async Task ReportPicturesAsync(TaskReply task, TestTorrent torrent, CancellationToken cancellationToken)
    {
        if (task.SizeBytes != torrent.TotalBytes)
        {
            throw new DemoException(FormattableString.Invariant($"The task says {task.SizeBytes:N0} bytes, and the video has {torrent.TotalBytes:N0}."));
        }

        var fetched = task.BytesFetched - task.Download?.BytesFetched ?? 0;
        if (fetched <= 0 || fetched >= torrent.TotalBytes || task.TimeToFirstShotMs is not { } firstShotMs)
        {
            throw new DemoException(FormattableString.Invariant($"{fetched:N0} of {torrent.TotalBytes:N0} bytes fetched for the pictures, the first after {task.TimeToFirstShotMs} ms: that can't be."));
        }

        narrator.Title("Pictures");
        await SavePicturesAsync(task, cancellationToken);
        narrator.Row("first picture", FormattableString.Invariant($"{firstShotMs / 1000.0:0.0} s after a worker began"));
        narrator.Row("fetched for them", FormattableString.Invariant($"{fetched:N0} of {torrent.TotalBytes:N0} bytes: {(double)fetched / torrent.TotalBytes:P2} of the video"));
        narrator.Row("kept in", options.Out.FullName);
    }

    private async Task SavePicturesAsync(TaskReply task, CancellationToken cancellationToken)
    {
        if (!task.Screenshots.Select(shot => shot.Index).Order().SequenceEqual(Enumerable.Range(0, options.Shots)))
        {
            throw new DemoException($"Pictures 0 to {options.Shots - 1} were asked for, and there are {string.Join(", ", task.Screenshots.Select(shot => shot.Index))}.");
        }

        options.Out.Create();
        foreach (var shot in task.Screenshots.OrderBy(shot => shot.Index))
        {
            var path = Path.Combine(options.Out.FullName, FormattableString.Invariant($"{shot.Index:00}.jpg"));
            await File.WriteAllBytesAsync(path, await service.DownloadAsync(shot.Url, cancellationToken), cancellationToken);
            await PictureCheck.RunAsync(path, Width, Height, cancellationToken);
            if ((shot.Width, shot.Height) != (Width, Height))
            {
                throw new DemoException(FormattableString.Invariant($"Picture {shot.Index} is said to be {shot.Width}x{shot.Height}, and the video is {Width}x{Height}."));
            }

            narrator.Row(Path.GetFileName(path), FormattableString.Invariant(
                $"at {TimeSpan.FromSeconds(shot.KeyframeTimeS):mm\\:ss\\.f}  {shot.Width}x{shot.Height}  {new FileInfo(path).Length,7:N0} bytes  {(shot.Verified ? "verified" : "unverified")}"));
        }
    }

    /// <returns>By how many seconds its first picture is decoded before it is shown.</returns>
    private async Task<double> ReportStreamAsync(string infohash, CancellationToken cancellationToken)
    {
        narrator.Title("Stream");
        if (options.Volume is not { } volume)
        {
            narrator.Row("it lies on", "the volume of the service; --volume DIRECTORY lets the demo look at it there");
            return 0;
        }

        // The task is deleted at the end, and its stream with it.
        var made = Path.Combine(volume.FullName, infohash, "0.hls");
        var kept = new DirectoryInfo(Path.Combine(options.Out.FullName, "stream"));
        if (kept.Exists)
        {
            kept.Delete(recursive: true);
        }

        kept.Create();
        foreach (var file in Directory.EnumerateFiles(made))
        {
            File.Copy(file, Path.Combine(kept.FullName, Path.GetFileName(file)));
        }

        var master = Path.Combine(kept.FullName, "master.m3u8");
        var stream = new StreamCheck(master, options.Length, FramesPerSecond);
        foreach (var line in await stream.RunAsync(cancellationToken))
        {
            narrator.Row("rendition", line);
        }

        narrator.Row("check", "ffmpeg plays it from its first to its last moment, without a gap or an error");
        narrator.Row("master playlist", Path.Combine(made, "master.m3u8") + " (removed with the task)");
        narrator.Row("kept as", $"{master}; ffplay plays it");
        return await stream.ReadDelayAsync(cancellationToken);
    }

    private async Task ReportWatchAsync(string infohash, string video, double delay, CancellationToken cancellationToken)
    {
        narrator.Title("Browser");
        if ((NodeProgram.Missing ?? Chromium.Missing) is { } missing)
        {
            narrator.Row("not watched", missing);
            return;
        }

        var screenshot = Path.Combine(options.Out.FullName, "playing.png");
        foreach (var (name, value) in await new WatchCheck(service.Url, infohash, video, FramesPerSecond, delay).RunAsync(screenshot, cancellationToken))
        {
            narrator.Row(name, value);
        }
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
}
