using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Torrents;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Download;

/// <summary>
/// Downloads the files of one torrent that a stream needs. Knows no bus. Whatever is wrong with the torrent, its peers or the
/// disk is a <see cref="DownloadOutcome.Failed"/> with a name; only cancellation leaves as an exception.
/// </summary>
public sealed partial class DownloadJob(
    IDownloadEngine engine, Volume volume, VolumeRoom room, KeptDownloads kept, IOptions<DownloadWorkerOptions> options, TimeProvider time, ILogger<DownloadJob> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>While every look may be what all wait for: until the first byte is here, and shortly before the last.</summary>
    private static readonly TimeSpan ShortInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>For what is for people alone, and is read from every piece and peer.</summary>
    private static readonly TimeSpan DetailInterval = TimeSpan.FromSeconds(2);

    /// <summary>Who serves nothing for so long is not in such a hurry.</summary>
    private static readonly TimeSpan Hurry = TimeSpan.FromSeconds(15);

    /// <summary>What another worker of the volume may take to let go: its torrent stays in the swarm after a slice.</summary>
    internal static readonly TimeSpan LongestHold = KeptDownloads.Warm + TimeSpan.FromSeconds(30);

    /// <summary>For the last checkpoint of a job that is told to stop.</summary>
    private static readonly TimeSpan LastCheckpoint = TimeSpan.FromSeconds(1);

    public async Task<DownloadOutcome> RunAsync(DownloadRequest request, IDownloadReports reports, CancellationToken cancellationToken)
    {
        OpenDownload? open = null;
        try
        {
            open = kept.Take(request.Infohash);
            if (open?.TryBeginAgain() == false)
            {
                await open.DisposeAsync();
                open = null;
            }

            open ??= await OpenAsync(request, cancellationToken);
            if (open is null)
            {
                return new DownloadOutcome.Failed(FailureKind.WorkerLost, "Another worker of the volume holds the files and does not let go.");
            }

            open.Lease = request.Lease;
            var outcome = await RunAsync(open, request, reports, cancellationToken);
            if (outcome is DownloadOutcome.Completed)
            {
                open.Directory.Tidy();
                await kept.FinishAsync(open, open.Engine.Progress.WantedBytes);
                open = null;
            }
            else
            {
                await SaveAsync(open, reports, cancellationToken);
            }

            return outcome;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await SaveLastAsync(open, reports);
            if (open is not null && request.SliceEnd.IsCancellationRequested)
            {
                await kept.KeepAsync(open);
                open = null;
            }

            throw;
        }
        catch (TorrentException failure)
        {
            await SaveLastAsync(open, reports);
            return new DownloadOutcome.Failed(failure.Kind.ToFailureKind(), failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return volume.FreeBytes == 0
                ? new DownloadOutcome.Failed(FailureKind.DiskFull, "The volume is full.")
                : new DownloadOutcome.Failed(FailureKind.InternalError, $"The volume can't be used: {failure.GetType().Name}.");
        }
        finally
        {
            room.Keep(request.Infohash, bytes: 0);
            await (open?.DisposeAsync() ?? default);
        }
    }

    /// <summary>
    /// Joins the swarm. A checkpoint is believed when it is of this volume and its files are untouched, and is hashed at the
    /// end; else what lies there is hashed before anything is asked for.
    /// </summary>
    private async Task<OpenDownload?> OpenAsync(DownloadRequest request, CancellationToken cancellationToken)
    {
        var path = volume.DirectoryOf(request.Infohash);
        if (await HeldDirectory.TakeAsync(path, LongestHold, time, cancellationToken) is not { } directory)
        {
            return null;
        }

        try
        {
            directory.Begin();
            var checkpoint = Checkpoint.TryParse(request.ResumeData);
            var isTrue = checkpoint?.IsTrue(volume.Name, request.Infohash, path) == true;
            if (request.ResumeData is not null && !isTrue)
            {
                LogNotBelieved(request.Infohash);
            }

            var joined = isTrue ? await TryJoinAsync(request, path, checkpoint!.Engine, cancellationToken) : null;
            return new OpenDownload(request.Infohash, joined ?? await JoinAsync(request, path, null, cancellationToken), directory) { IsBelieved = joined is not null };
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>With what the engine saved; null when it does not know its own words again.</summary>
    private async Task<IDownload?> TryJoinAsync(DownloadRequest request, string directory, byte[] saved, CancellationToken cancellationToken)
    {
        try
        {
            return await JoinAsync(request, directory, saved, cancellationToken);
        }
        catch (TorrentException failure) when (failure.Kind == TorrentErrorKind.MalformedSource)
        {
            LogNotBelieved(request.Infohash);
            return null;
        }
    }

    private Task<IDownload> JoinAsync(DownloadRequest request, string directory, byte[]? saved, CancellationToken cancellationToken) => engine.AddAsync(
        request.Source,
        new DownloadOptions
        {
            Directory = directory,
            Trackers = request.Trackers,
            // Peers are dialled when something is to be had of them: hashing what lies there would drop them again.
            ResumeData = saved,
            DownBytesPerSecond = options.Value.TorrentDownBytesPerSecond,
            UpBytesPerSecond = options.Value.TorrentUpBytesPerSecond,
        },
        cancellationToken);

    private async Task<DownloadOutcome> RunAsync(OpenDownload open, DownloadRequest request, IDownloadReports reports, CancellationToken cancellationToken)
    {
        var watch = new StallWatch(open.Engine, request.Peers, options.Value, time);
        using var timer = new PeriodicTimer(ShortInterval, time);
        var begun = time.GetTimestamp();
        IReadOnlyList<int> videos = [];
        var isChosen = false;
        var isPaused = false;
        var saved = time.GetTimestamp();
        var (detail, looked) = (new DownloadDetail(null, null), (long?)null);
        do
        {
            var progress = open.Engine.Progress;
            if (progress.State == DownloadState.Finished || looked is not { } before || time.GetElapsedTime(before) >= DetailInterval)
            {
                looked = time.GetTimestamp();
                detail = new(progress.State >= DownloadState.Running ? open.Engine.ReadMap(Limits.MapParts) : detail.Map, open.Engine.ReadSwarm());
            }

            timer.Period = IsUrgent(progress, time.GetElapsedTime(begun)) ? ShortInterval : Interval;
            reports.Look(progress, open.Engine.ServingPeers, isPaused ? "The volume has no room beside its reserve." : watch.Cause, detail);
            // While the engine still looks at what lies there under the torrent's own names, nothing can be told to it.
            if (!isChosen && (progress.State > DownloadState.Checking || progress.State == DownloadState.Idle || open.Files.Count > 0))
            {
                var metadata = open.Engine.ReadMetadata();
                await reports.MetadataAsync(metadata, cancellationToken);
                if (Choose(open, request, metadata, out videos) is { } refusal)
                {
                    return refusal;
                }

                isChosen = true;
                continue;
            }

            if (progress.State == DownloadState.Finished && !open.IsBelieved)
            {
                return new DownloadOutcome.Completed(videos);
            }

            if (progress.State == DownloadState.Finished)
            {
                LogHashing(request.Infohash);
                open.IsBelieved = false;
                open.Engine.Recheck();
            }
            else if (progress.State == DownloadState.Running && room.Promise(request.Infohash, progress.WantedBytes - progress.DoneBytes) is > 0 and var lacking && !isPaused && !room.IsFull)
            {
                return NoRoom(lacking);
            }

            if (isPaused != room.IsFull)
            {
                isPaused = room.IsFull;
                open.Engine.Pause(isPaused);
            }

            if (isPaused || progress.State is not (DownloadState.Metadata or DownloadState.Running))
            {
                watch.Rest();
            }
            else if (watch.Look(progress) is { } stalled)
            {
                return stalled;
            }

            if (isChosen && time.GetElapsedTime(saved) >= options.Value.CheckpointInterval)
            {
                await SaveAsync(open, reports, cancellationToken);
                saved = time.GetTimestamp();
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));

        throw new OperationCanceledException(cancellationToken);
    }

    private static bool IsUrgent(DownloadProgress progress, TimeSpan age) => progress.PayloadBytes == 0
        ? age < Hurry
        : progress.State == DownloadState.Running && progress.WantedBytes - progress.DoneBytes < progress.DownBytesPerSecond;

    /// <summary>Starts the download of what is wanted, or says why not.</summary>
    private DownloadOutcome.Failed? Choose(OpenDownload open, DownloadRequest request, TorrentMetadata metadata, out IReadOnlyList<int> videos)
    {
        var all = ListedFiles.Of(metadata.ToContentFiles());
        var selected = VideoFiles.Select(all, request.Files);
        videos = StreamFiles.Videos(all, selected);
        if (videos.Count == 0)
        {
            return PackedArchives.Find(all) is { } extension
                ? new(FailureKind.PackedArchive, PackedArchives.Describe(extension))
                : new(FailureKind.NoVideoFile, "The torrent holds no video file.");
        }

        var needed = StreamFiles.Needed(all, selected).ToHashSet();
        var files = all.Where(file => needed.Contains(file.Index)).ToList();
        var names = files.ConvertAll(file => new StoredFile(file.Index, StoredFiles.NameOf(file.Index, file.Path)));
        var total = files.Sum(file => file.LengthBytes);
        if (options.Value.MaxTaskMiB is > 0 and var most && total > most * 1024L * 1024L)
        {
            return new(FailureKind.OverQuota, $"The files have {total} bytes together; a task may have {most} MiB.");
        }

        // What lies there already is counted at its length: surely no less than what it takes.
        var present = names.Sum(name => Math.Max(0, FileMark.Of(open.Directory.FullPath, name.Name).Length));
        if (room.Promise(request.Infohash, Math.Max(0, total - present)) is > 0 and var lacking)
        {
            return NoRoom(lacking);
        }

        if (!names.SequenceEqual(open.Files))
        {
            open.Engine.Start(names, recheck: !open.IsBelieved && present > 0);
            open.Files = names;
        }

        return null;
    }

    private static DownloadOutcome.Failed NoRoom(long lacking) =>
        new(FailureKind.DiskFull, $"The volume lacks {lacking} bytes for the files beside its reserve.");

    /// <summary>Nobody waits for it any more than a moment.</summary>
    private async Task SaveLastAsync(OpenDownload? open, IDownloadReports reports)
    {
        if (open is not { Files.Count: > 0 })
        {
            return;
        }

        using var limit = new CancellationTokenSource(LastCheckpoint, time);
        try
        {
            await SaveAsync(open, reports, limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The checkpoint before will do.
        }
    }

    private async Task SaveAsync(OpenDownload open, IDownloadReports reports, CancellationToken cancellationToken)
    {
        if (open.Files.Count == 0)
        {
            return;
        }

        try
        {
            var saved = await open.Engine.SaveAsync(cancellationToken);
            var marks = open.Files.Select(file => FileMark.Of(open.Directory.FullPath, file.Name)).ToList();
            var bytes = new Checkpoint(volume.Name, open.Infohash, marks, saved).ToBytes();
            if (bytes.Length <= Limits.ResumeDataBytes)
            {
                await reports.CheckpointAsync(bytes, cancellationToken);
            }
        }
        catch (TorrentException failure)
        {
            LogNotSaved(open.Infohash, failure.Message);
        }
    }

    [LoggerMessage(2001, LogLevel.Information, "What lies there of {Infohash} is hashed: its checkpoint does not fit")]
    private partial void LogNotBelieved(string infohash);

    [LoggerMessage(2002, LogLevel.Information, "{Infohash} is complete; what was believed of it is hashed")]
    private partial void LogHashing(string infohash);

    [LoggerMessage(2003, LogLevel.Warning, "No checkpoint of {Infohash} could be made: {Reason}")]
    private partial void LogNotSaved(string infohash, string reason);
}
