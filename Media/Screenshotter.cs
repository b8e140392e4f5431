using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EventTorrent.Media.Containers;
using EventTorrent.Media.Decoding;
using EventTorrent.Media.Paging;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Media;

/// <summary>
/// Plans from the container's index and decodes each keyframe as a mini file of its own; containers that have no reader here are
/// left to ffmpeg, under a byte budget. One instance may serve many videos at once; the limit on ffmpeg processes is for all of them
/// together.
/// </summary>
public sealed partial class Screenshotter : IScreenshotter, IDisposable
{
    private readonly ILogger<Screenshotter> _logger;
    private readonly MediaOptions _options;
    private readonly PictureDecoder _decoder;
    private readonly PagedPlanner _pagedPlanner;
    private readonly SemaphoreSlim _processes;

    /// <summary>Processes that read from a swarm wait most of the time: they must not be in the way of those that decode.</summary>
    private readonly SemaphoreSlim _pagers;

    /// <summary>One with an ffmpeg of its own.</summary>
    public Screenshotter(MediaOptions options, ILogger<Screenshotter> logger)
        : this(options, new Ffmpeg(options, logger), logger)
    {
    }

    internal Screenshotter(MediaOptions options, Ffmpeg ffmpeg, ILogger<Screenshotter> logger)
    {
        (_logger, _options) = (logger, options);
        (_decoder, _pagedPlanner) = (new(options, ffmpeg), new(options, ffmpeg));
        (_processes, _pagers) = (new(options.MaxProcesses), new(options.MaxProcesses));
    }

    /// <inheritdoc />
    public async Task<ScreenshotPlan> PlanAsync(IByteSource source, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ScreenshotPlan.MaxShots);

        var window = await IndexWindow.OpenAsync(source, cancellationToken);
        if (FindReader(window.Head) is not { } reader)
            return await PlanPagedAsync(source, window.Head, count, cancellationToken);

        var index = await reader.ReadIndexAsync(window, cancellationToken);
        var plan = await ShotPlanner.PlanAsync(reader, window, index, count, cancellationToken);
        LogPlanned(plan.Container, plan.Codec, plan.Duration, plan.ShotCount, count, index.Keyframes.Count);
        return plan;
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<Screenshot> TakeAsync(
        IByteSource source,
        ScreenshotPlan plan,
        IReadOnlySet<int> done,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var taker = MakeTaker(source, plan);
        var wanted = Enumerable.Range(0, plan.ShotCount).Where(index => !done.Contains(index)).ToArray();
        if (wanted.Length == 0)
            yield break;

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pictures = Channel.CreateUnbounded<Screenshot>(new() { SingleReader = true });
        // Every read has been issued when this returns: together they are one round.
        var work = TakeAllAsync(taker, wanted, pictures.Writer, stop.Token);
        var taken = 0;
        try
        {
            await foreach (var picture in pictures.Reader.ReadAllAsync(cancellationToken))
            {
                taken++;
                yield return picture;
            }
        }
        finally
        {
            // The caller may have left early: no ffmpeg outlives the enumeration.
            await stop.CancelAsync();
            await work;
        }

        LogTaken(taken, wanted.Length);
        if (taken < wanted.Length)
            taker.ReadFailure?.Throw();
        if (taken == 0)
            throw taker.Limit ?? new MediaException(MediaErrorKind.DecodeFailed, $"None of {wanted.Length} keyframes and their neighbours could be decoded.");
    }

    /// <summary>Ends the sharing of processes; enumerations must have ended.</summary>
    public void Dispose()
    {
        _processes.Dispose();
        _pagers.Dispose();
    }

    private async Task<ScreenshotPlan> PlanPagedAsync(IByteSource source, ReadOnlyMemory<byte> head, int count, CancellationToken cancellationToken)
    {
        await _pagers.WaitAsync(cancellationToken);
        try
        {
            var plan = await _pagedPlanner.PlanAsync(source, head, count, cancellationToken);
            LogPaged(plan.Container, plan.Codec, plan.Duration, plan.ShotCount);
            return plan;
        }
        finally
        {
            _pagers.Release();
        }
    }

    private ShotTaker MakeTaker(IByteSource source, ScreenshotPlan plan)
    {
        if (ContainerReaders.TryFind(plan.Container, out var reader))
            return new MiniFileTaker(source, plan, reader!, _decoder, _processes, _logger);
        return PagedFormats.Contains(plan.Container)
            ? new PagedTaker(source, plan, _decoder, ByteBudget.ForPictures(_options, source.Length), _pagers, _logger)
            : throw new ArgumentException($"No reader for container '{plan.Container}'.", nameof(plan));
    }

    /// <returns>Null when none of ours can read it.</returns>
    private static IContainerReader? FindReader(ReadOnlyMemory<byte> head)
    {
        var sniff = head.Span[..Math.Min(head.Length, ContainerSniffer.HeadBytes)];
        if (ArchiveSniffer.Sniff(sniff) is { } archive)
            throw new MediaException(MediaErrorKind.PackedArchive, $"The file is an archive ({archive}), not a video: what is in it can't be shown without downloading it.");

        return ContainerSniffer.Sniff(sniff) is { } container && ContainerReaders.TryFind(container, out var reader) ? reader : null;
    }

    /// <summary>Never throws: the channel carries the failure.</summary>
    private static async Task TakeAllAsync(
        ShotTaker taker, int[] wanted, ChannelWriter<Screenshot> pictures, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(wanted.Select(index => TakeOneAsync(taker, index, pictures, cancellationToken)));
            pictures.Complete();
        }
        catch (Exception e)
        {
            pictures.Complete(e);
        }
    }

    private static async Task TakeOneAsync(
        ShotTaker taker, int index, ChannelWriter<Screenshot> pictures, CancellationToken cancellationToken)
    {
        if (await taker.TakeAsync(index, cancellationToken) is { } picture)
            await pictures.WriteAsync(picture, cancellationToken);
    }

    [LoggerMessage(4000, LogLevel.Information,
        "Planned {Shots} of {Wanted} shots: {Container} {Codec}, {Duration}, {Keyframes} keyframes")]
    private partial void LogPlanned(string container, string codec, TimeSpan duration, int shots, int wanted, int keyframes);

    [LoggerMessage(4002, LogLevel.Information, "Planned {Shots} shots by demand paging: {Container} {Codec}, {Duration}")]
    private partial void LogPaged(string container, string codec, TimeSpan duration, int shots);

    [LoggerMessage(4001, LogLevel.Information, "Took {Taken} of {Wanted} shots")]
    private partial void LogTaken(int taken, int wanted);
}
