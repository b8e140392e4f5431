using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EventTorrent.Media.Containers;
using EventTorrent.Media.Decoding;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Media;

/// <summary>
/// Plans from the container's index and decodes each keyframe as a mini file of its own. One instance may serve many
/// videos at once; the limit on ffmpeg processes is for all of them together.
/// </summary>
public sealed partial class Screenshotter : IScreenshotter, IDisposable
{
    private readonly ILogger<Screenshotter> _logger;
    private readonly PictureDecoder _decoder;
    private readonly SemaphoreSlim _processes;

    /// <summary>One with an ffmpeg of its own.</summary>
    public Screenshotter(MediaOptions options, ILogger<Screenshotter> logger)
        : this(options, new Ffmpeg(options, logger), logger)
    {
    }

    internal Screenshotter(MediaOptions options, Ffmpeg ffmpeg, ILogger<Screenshotter> logger) =>
        (_logger, _decoder, _processes) = (logger, new PictureDecoder(options, ffmpeg), new SemaphoreSlim(options.MaxProcesses));

    /// <inheritdoc />
    public async Task<ScreenshotPlan> PlanAsync(IByteSource source, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ScreenshotPlan.MaxShots);

        var window = await IndexWindow.OpenAsync(source, cancellationToken);
        var reader = FindReader(window.Head);
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
        if (!ContainerReaders.TryFind(plan.Container, out var reader))
            throw new ArgumentException($"No reader for container '{plan.Container}'.", nameof(plan));

        var wanted = Enumerable.Range(0, plan.ShotCount).Where(index => !done.Contains(index)).ToArray();
        if (wanted.Length == 0)
            yield break;

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var taker = new ShotTaker(source, plan, reader!, _decoder, _processes, _logger);
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
        if (taken == 0 && taker.HasTimedOut)
            throw new MediaException(MediaErrorKind.LimitExceeded, "The keyframes take too long to decode.");
        if (taken == 0)
            throw new MediaException(MediaErrorKind.DecodeFailed, $"None of {wanted.Length} keyframes and their neighbours could be decoded.");
    }

    /// <summary>Ends the sharing of processes; enumerations must have ended.</summary>
    public void Dispose() => _processes.Dispose();

    private static IContainerReader FindReader(ReadOnlyMemory<byte> head)
    {
        var sniff = head.Span[..Math.Min(head.Length, ContainerSniffer.HeadBytes)];
        if (ArchiveSniffer.Sniff(sniff) is { } archive)
            throw new MediaException(MediaErrorKind.PackedArchive, $"The file is an archive ({archive}), not a video: what is in it can't be shown without downloading it.");

        var container = ContainerSniffer.Sniff(sniff)
            ?? throw new MediaException(MediaErrorKind.NotAVideo, "The file does not begin like any video container that we know.");
        return ContainerReaders.TryFind(container, out var reader)
            ? reader!
            : throw new MediaException(MediaErrorKind.NotAVideo, $"{container} is not supported yet.");
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

    [LoggerMessage(4001, LogLevel.Information, "Took {Taken} of {Wanted} shots")]
    private partial void LogTaken(int taken, int wanted);
}
