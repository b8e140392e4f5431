using EventTorrent.Contracts;
using EventTorrent.Media;
using EventTorrent.Torrents;
using Microsoft.Extensions.Options;

namespace EventTorrent.Workers.Screenshot;

/// <summary>
/// Takes the screenshots of one video file of a torrent: metadata, index, keyframes, pictures; or fetches the metadata alone. Knows no bus. Whatever is
/// wrong with the torrent, its peers or the file is a <see cref="ScreenshotOutcome.Failed"/> with a name; only
/// cancellation leaves as an exception.
/// </summary>
public sealed partial class ScreenshotJob(
    ITorrentEngine engine, IScreenshotter screenshotter, WarmTorrents warm, ScreenshotMetrics metrics, IOptions<ScreenshotWorkerOptions> options,
    ILogger<ScreenshotJob> logger)
{
    /// <summary>Runs the job.</summary>
    /// <param name="swarm">Can be looked at while the job runs.</param>
    public async Task<ScreenshotOutcome> RunAsync(
        ScreenshotRequest request, IScreenshotReports reports, SwarmView swarm, CancellationToken cancellationToken)
    {
        try
        {
            var torrent = await engine.AddAsync(request.Source, request.Options, cancellationToken);
            swarm.Join(torrent);
            try
            {
                var metadata = await torrent.GetMetadataAsync(options.Value.MetadataTimeout, cancellationToken);
                await reports.MetadataAsync(metadata, torrent, cancellationToken);
                if (request.Shots == 0)
                {
                    return new ScreenshotOutcome.MetadataKnown();
                }

                return ChooseFile(metadata, request) is { } file
                    ? await TakeAsync(torrent, file, request with { Infohash = request.Infohash ?? metadata.InfohashV1 ?? metadata.InfohashV2 }, reports, swarm, cancellationToken)
                    : NoVideo(metadata);
            }
            finally
            {
                swarm.Leave();
                await (request.SliceEnd.IsCancellationRequested ? warm.KeepAsync(torrent) : torrent.DisposeAsync().AsTask());
            }
        }
        catch (TorrentException failure)
        {
            return new ScreenshotOutcome.Failed(failure.Kind.ToFailureKind(), failure.Message);
        }
        catch (MediaException failure)
        {
            return new ScreenshotOutcome.Failed(failure.Kind.ToFailureKind(), failure.Message);
        }
    }

    private static ScreenshotOutcome.Failed NoVideo(TorrentMetadata metadata) =>
        PackedArchives.Find(metadata.ToContentFiles()) is { } extension
            ? new(FailureKind.PackedArchive, PackedArchives.Describe(extension))
            : new(FailureKind.NoVideoFile, "The torrent holds no video file.");

    private static TorrentFileEntry? ChooseFile(TorrentMetadata metadata, ScreenshotRequest request)
    {
        var index = request.FileIndex
            ?? VideoFiles.Select(ListedFiles.Of(metadata.ToContentFiles()), request.Files).Cast<int?>().FirstOrDefault();
        return metadata.Files.FirstOrDefault(file => file.Index == index && !file.IsPad && file.LengthBytes > 0);
    }

    /// <summary>
    /// With the policy asked for; when bytes that no hash has proven turn out to be useless, once more with whole pieces:
    /// a peer may have lied.
    /// </summary>
    private async Task<ScreenshotOutcome> TakeAsync(
        ITorrent torrent, TorrentFileEntry file, ScreenshotRequest request, IScreenshotReports reports, SwarmView swarm, CancellationToken cancellationToken)
    {
        swarm.Choose(file);
        var source = new TorrentByteSource(torrent, file, request.Policy, swarm);
        try
        {
            return await TakeAsync(source, file.Index, request, request.ResumeData, reports, swarm, cancellationToken);
        }
        catch (MediaException failure) when (!source.IsVerified)
        {
            LogSecondTry(failure.Kind);
            return await TakeAsync(
                new TorrentByteSource(torrent, file, VerificationPolicy.Pieces, swarm), file.Index, request, resumeData: null, reports, swarm, cancellationToken);
        }
    }

    private async Task<ScreenshotOutcome> TakeAsync(
        TorrentByteSource source, int fileIndex, ScreenshotRequest request, byte[]? resumeData, IScreenshotReports reports, SwarmView swarm,
        CancellationToken cancellationToken)
    {
        ScreenshotPlan? plan = null;
        if (resumeData is null || !ScreenshotPlan.TryParse(resumeData, source.Length, out plan) || plan is null)
        {
            plan = await screenshotter.PlanAsync(source, request.Shots, cancellationToken);
            await reports.PlannedAsync(fileIndex, plan, cancellationToken);
        }

        var taken = new SortedSet<int>(request.Done.Where(index => index >= 0 && index < plan.ShotCount));
        if (taken.Count < plan.ShotCount)
        {
            await foreach (var shot in screenshotter.TakeAsync(source, plan, taken.ToHashSet(), cancellationToken))
            {
                var verified = source.IsVerified;
                var tagged = shot with { Jpeg = PictureTags.Write(shot, request.Infohash, fileIndex, verified) };
                metrics.Taken(verified);
                await reports.TakenAsync(fileIndex, tagged, verified, cancellationToken);
                taken.Add(shot.Index);
            }
        }

        metrics.Completed(swarm.PayloadBytes, plan.Needed.Sum(range => range.Length), source.Length);
        return new ScreenshotOutcome.Completed(fileIndex, plan, [.. taken], source.Rounds, source.IsVerified);
    }

    [LoggerMessage(1001, LogLevel.Information, "Unverified blocks were no use ({Kind}); fetching whole pieces")]
    private partial void LogSecondTry(MediaErrorKind kind);
}
