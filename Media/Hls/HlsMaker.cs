using EventTorrent.Media.Decoding;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Media.Hls;

/// <summary>
/// Makes streams: plans a file, makes the plan's items in any order and place, and puts them together when all are there.
/// Each step may be repeated, and be done by two at once.
/// </summary>
public sealed partial class HlsMaker
{
    private readonly HlsSourceReader _reader;
    private readonly SubtitleReader _subtitles;
    private readonly HlsRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal HlsMaker(HlsOptions options, MediaOptions media, Ffmpeg ffmpeg, TimeProvider time, ILogger logger)
    {
        _reader = new(new MediaProbe(media, ffmpeg), options);
        _subtitles = new(ffmpeg);
        _runner = new(options, media, ffmpeg, time);
        (_time, _logger) = (time, logger);
    }

    /// <summary>Plans a file, or takes the plan that is there: others may be at work by it.</summary>
    /// <param name="source">Absolute path of the video.</param>
    /// <param name="sides">Files of subtitles beside it.</param>
    /// <exception cref="MediaException">It can't become a stream, with the name of the cause.</exception>
    public async Task<HlsPlan> PlanAsync(string source, HlsFolder folder, IReadOnlyList<SideSubtitle> sides, CancellationToken cancellationToken)
    {
        if (File.Exists(folder.PlanFile)
            && HlsPlanFormat.TryRead(await File.ReadAllBytesAsync(folder.PlanFile, cancellationToken)) is { } known
            && known.LengthBytes == new FileInfo(source).Length)
        {
            return known;
        }

        return await PlanAsync(source, folder, sides, mayCopy: true, cancellationToken);
    }

    /// <summary>
    /// Plans a file again whose video can't be copied, although it seemed so: it is encoded (<see cref="EncodeReason.CopyFailed"/>). The plan
    /// takes the place of the one that was there, and its parts go.
    /// </summary>
    /// <inheritdoc cref="PlanAsync(string, HlsFolder, IReadOnlyList{SideSubtitle}, CancellationToken)"/>
    public Task<HlsPlan> PlanWithoutCopyAsync(string source, HlsFolder folder, IReadOnlyList<SideSubtitle> sides, CancellationToken cancellationToken) =>
        PlanAsync(source, folder, sides, mayCopy: false, cancellationToken);

    /// <summary>What is in a file, for people, when its plan does not say it.</summary>
    /// <param name="source">Absolute path of the video.</param>
    /// <exception cref="MediaException">It can't be read, with the name of the cause.</exception>
    public Task<IReadOnlyList<StreamFacts>> DescribeAsync(string source, CancellationToken cancellationToken) => _reader.DescribeAsync(source, cancellationToken);

    /// <summary>Goes by a plan that was made elsewhere. Parts of another are removed, as they would not fit.</summary>
    /// <param name="resumeData">Of <see cref="HlsPlan.ToResumeData"/>.</param>
    /// <returns>Null when it is damaged or of another version.</returns>
    public static async Task<HlsPlan?> TryAdoptAsync(byte[] resumeData, HlsFolder folder, CancellationToken cancellationToken)
    {
        if (HlsPlanFormat.TryRead(resumeData) is not { } plan)
            return null;

        var kept = File.Exists(folder.PlanFile) ? await File.ReadAllBytesAsync(folder.PlanFile, cancellationToken) : [];
        if (!folder.IsFinished && !kept.SequenceEqual(plan.ToResumeData()))
            await KeepAsync(plan, folder, cancellationToken);
        return plan;
    }

    /// <summary>Makes one item of a plan, unless it is there.</summary>
    /// <param name="item">0 to <see cref="HlsPlan.ItemCount"/> - 1.</param>
    /// <param name="report">Called about twice a second, from any thread.</param>
    /// <exception cref="MediaException">
    /// <see cref="MediaErrorKind.DecodeFailed"/>; <see cref="MediaErrorKind.LimitExceeded"/>; <see cref="MediaErrorKind.NoSpace"/>;
    /// <see cref="MediaErrorKind.ToolMissing"/>.
    /// </exception>
    public async Task MakeAsync(
        HlsPlan plan, int item, string source, HlsFolder folder, Action<HlsProgress> report, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(item);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(item, plan.ItemCount);
        if (folder.IsFinished || folder.HasPart(item))
            return;

        using var held = await folder.HoldAsync(item, _time, cancellationToken);
        // Who held it before may have made it.
        if (folder.IsFinished || folder.HasPart(item))
            return;

        var attempt = folder.BeginPart(item);
        var work = new HlsWork(plan, source, attempt, report);
        try
        {
            if (item == 0)
                await MakeMainAsync(work, cancellationToken);
            else if (await _runner.TryChunkAsync(work, item - 1, cancellationToken) is { } failure)
                throw Failed(failure);
            folder.EndPart(item, attempt);
        }
        catch
        {
            HlsFolder.Remove(attempt);
            throw;
        }
    }

    /// <summary>Puts the stream together when every item is there.</summary>
    /// <returns>Whether the stream is finished.</returns>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.DecodeFailed"/>: not one picture came out.</exception>
    public async Task<bool> TryFinishAsync(HlsPlan plan, HlsFolder folder, CancellationToken cancellationToken)
    {
        var isFinished = await new HlsJoiner(plan, folder).TryFinishAsync(cancellationToken);
        if (isFinished)
            LogFinished(plan.ItemCount);
        return isFinished;
    }

    private async Task<HlsPlan> PlanAsync(
        string source, HlsFolder folder, IReadOnlyList<SideSubtitle> sides, bool mayCopy, CancellationToken cancellationToken)
    {
        var plan = await _reader.PlanAsync(source, sides, cancellationToken, mayCopy);
        // A stream that is there needs none: nothing is made by it.
        if (!folder.IsFinished)
            await KeepAsync(plan, folder, cancellationToken);
        LogPlanned(plan.Video[0].Reason, plan.Video.Count, plan.Audio.Count, plan.Subtitles.Count, plan.ItemCount);
        return plan;
    }

    private static async Task KeepAsync(HlsPlan plan, HlsFolder folder, CancellationToken cancellationToken)
    {
        HlsFolder.Remove(folder.Work);
        Directory.CreateDirectory(folder.Work);
        var unfinished = $"{folder.PlanFile}.{Guid.NewGuid():n}";
        await File.WriteAllBytesAsync(unfinished, plan.ToResumeData(), cancellationToken);
        File.Move(unfinished, folder.PlanFile, overwrite: true);
    }

    private async Task MakeMainAsync(HlsWork work, CancellationToken cancellationToken)
    {
        if (HlsArguments.HasMain(work.Plan, extras: true) && await _runner.TryMainAsync(work, extras: true, cancellationToken) is { } failure)
        {
            // What is beside the video and its sound must not cost them.
            LogExtrasLost(failure);
            if (HlsArguments.HasMain(work.Plan, extras: false) && await _runner.TryMainAsync(work, extras: false, cancellationToken) is { } second)
                throw Failed(second);
        }

        foreach (var subtitle in work.Plan.Subtitles)
        {
            var path = Path.Join(work.Output, subtitle.Name + ".vtt");
            var text = subtitle.File is { } file
                ? await _subtitles.ReadAsync(Path.Join(Path.GetDirectoryName(work.Source), Path.GetFileName(file)), subtitle.Language, cancellationToken)
                : File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : null;
            if (text is not null)
                await File.WriteAllTextAsync(path, WebVtt.Anchor(text), cancellationToken);
        }
    }

    private MediaException Failed(string errors)
    {
        LogFailed(errors);
        return new(MediaErrorKind.DecodeFailed, "ffmpeg can't make a stream of this file.");
    }

    [LoggerMessage(4100, LogLevel.Information,
        "Planned a stream: video {Reason}, {Video} renditions, {Audio} audio tracks, {Subtitles} subtitles, {Items} items")]
    private partial void LogPlanned(EncodeReason reason, int video, int audio, int subtitles, int items);

    [LoggerMessage(4101, LogLevel.Warning, "Subtitles and thumbnails were left out, as ffmpeg failed with them: {Errors}")]
    private partial void LogExtrasLost(string errors);

    [LoggerMessage(4102, LogLevel.Warning, "ffmpeg failed: {Errors}")]
    private partial void LogFailed(string errors);

    [LoggerMessage(4103, LogLevel.Information, "The stream is finished, of {Items} items")]
    private partial void LogFinished(int items);
}
