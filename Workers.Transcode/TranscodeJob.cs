using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Media;
using EventTorrent.Media.Hls;

namespace EventTorrent.Workers.Transcode;

/// <summary>
/// Does one item of a video on the volume: looks at the file and does all of it, or cuts it; does a part; joins the parts.
/// Knows no bus. Whatever is wrong with the file or the volume is a <see cref="TranscodeOutcome.Failed"/> with a name; only
/// cancellation leaves as an exception.
/// </summary>
public sealed class TranscodeJob(HlsMaker maker, Volume volume, KeptRuns kept)
{
    public async Task<TranscodeOutcome> RunAsync(TranscodeRequest request, TranscodeView view, CancellationToken cancellationToken)
    {
        var directory = volume.DirectoryOf(request.Infohash);
        var source = SafePath.Join(directory, StoredFiles.NameOf(request.FileIndex, request.Path));
        var folder = new HlsFolder(SafePath.Join(directory, FormattableString.Invariant($"{request.FileIndex}.hls")));
        if (!File.Exists(source))
            return new TranscodeOutcome.Failed(FailureKind.InternalError, "The video is not on the volume.");

        try
        {
            return await RunAsync(request, source, folder, view, cancellationToken);
        }
        catch (MediaException failure)
        {
            return new TranscodeOutcome.Failed(failure.Kind.ToFailureKind(), failure.Message);
        }
    }

    private async Task<TranscodeOutcome> RunAsync(
        TranscodeRequest request, string source, HlsFolder folder, TranscodeView view, CancellationToken cancellationToken)
    {
        var plan = request.Plan is { } known ? await HlsMaker.TryAdoptAsync(known, folder, cancellationToken) : null;
        if (plan is null || plan.LengthBytes != new FileInfo(source).Length)
            plan = await maker.PlanAsync(source, folder, SidesOf(request), cancellationToken);
        view.Container = plan.Container;
        if (request is { Part: null, IsCut: false })
            view.Streams = plan.Streams ?? await maker.DescribeAsync(source, cancellationToken);
        if (folder.IsFinished)
            return new TranscodeOutcome.Completed(plan.Duration);
        if (request.Part is null && plan.ItemCount > 1 && !request.IsCut)
            return new TranscodeOutcome.Cut(plan.ItemCount, plan.ToResumeData());
        if (request.Part >= plan.ItemCount)
            return new TranscodeOutcome.Failed(FailureKind.InternalError, "The plan has no such part.");
        if (volume.AvailableBytes < LeastRoom(plan, request.Part ?? 0))
            return new TranscodeOutcome.Failed(FailureKind.DiskFull, "The volume has no room for the stream beside its reserve.");

        try
        {
            return await MakeAsync(plan, request, source, folder, view, cancellationToken);
        }
        catch (MediaException failure) when (failure.Kind == MediaErrorKind.DecodeFailed && request.Part is null && plan.ItemCount == 1)
        {
            // What breaks a copy, a decoder may get over. A plan that encodes is never of one item, so that this happens once.
            plan = await maker.PlanWithoutCopyAsync(source, folder, SidesOf(request), cancellationToken);
            return new TranscodeOutcome.Cut(plan.ItemCount, plan.ToResumeData());
        }
    }

    private async Task<TranscodeOutcome> MakeAsync(
        HlsPlan plan, TranscodeRequest request, string source, HlsFolder folder, TranscodeView view, CancellationToken cancellationToken)
    {
        // For the whole video all parts should be there; those that are not, it makes.
        foreach (var part in request.Part is { } one ? [one] : Enumerable.Range(0, plan.ItemCount))
        {
            await kept.RunAsync(
                request, folder, part, view, (report, token) => maker.MakeAsync(plan, part, source, folder, report, token), cancellationToken);
        }

        return request.Part is not null || await maker.TryFinishAsync(plan, folder, cancellationToken)
            ? new TranscodeOutcome.Completed(plan.Duration)
            : new TranscodeOutcome.Failed(FailureKind.InternalError, "A part of the stream has gone.");
    }

    /// <summary>A copy is as large as what it is made of.</summary>
    private static long LeastRoom(HlsPlan plan, int part) => part == 0 && plan.Video.Any(rendition => rendition.IsCopied) ? plan.LengthBytes : 0;

    private static List<SideSubtitle> SidesOf(TranscodeRequest request) =>
        [.. request.Subtitles.Select(file => SideSubtitleNames.Read(request.Path, file.Path, StoredFiles.NameOf(file.Index, file.Path)))];
}
