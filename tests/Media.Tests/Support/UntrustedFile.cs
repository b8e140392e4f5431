using System.Diagnostics;
using System.Globalization;
using EventTorrent.Media.Containers;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Media.Tests.Support;

/// <summary>Runs bytes of unknown origin through everything of the planner, within its limits of time and memory.</summary>
internal static class UntrustedFile
{
    public const long MaxAllocatedBytes = 64L * 1024 * 1024;
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);
    private const int Shots = 10;

    /// <summary>Plans or is refused by name. Anything else is an exception: a parser's own, or one that names the limit.</summary>
    /// <returns>The plan, or how it was refused.</returns>
    public static async Task<(ScreenshotPlan? Plan, MediaException? Refusal)> ReadAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        // The source answers at once, so all of it runs on this thread.
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        var start = ThreadTime();
        var (plan, refusal) = await TryPlanAsync(new MemorySource(file), cancellationToken);

        // Other load counts by the clock only, so the costly look at the thread's own time is seldom needed.
        if (watch.Elapsed > MaxTime && ThreadTime() - start is var taken && taken > MaxTime)
            throw new InvalidOperationException($"Planning took {taken}.");
        if (GC.GetAllocatedBytesForCurrentThread() - allocated is var bytes and > MaxAllocatedBytes)
            throw new InvalidOperationException($"Planning allocated {bytes} bytes.");
        if (plan is not null)
            await CheckAsync(file, plan, cancellationToken);
        return (plan, refusal);
    }

    private static async Task<(ScreenshotPlan?, MediaException?)> TryPlanAsync(MemorySource source, CancellationToken cancellationToken)
    {
        // What no reader of ours takes would be ffmpeg's: a process for each file.
        using var screenshotter = new Screenshotter(new() { PagingMegabytes = 0 }, NullLogger<Screenshotter>.Instance);
        try
        {
            return (await screenshotter.PlanAsync(source, Shots, cancellationToken), null);
        }
        catch (MediaException e)
        {
            return (null, e);
        }
    }

    /// <summary>What follows a plan: its keyframes lie in the file, it can be kept, and mini files can be built.</summary>
    private static async Task CheckAsync(ReadOnlyMemory<byte> file, ScreenshotPlan plan, CancellationToken cancellationToken)
    {
        if (plan.ShotCount is < 1 or > Shots)
            throw new InvalidOperationException($"{plan.ShotCount} shots were planned.");
        if (plan.ToResumeData() is { Length: > 0 } data && !ScreenshotPlan.TryParse(data, file.Length, out _))
            throw new InvalidOperationException("The resume data of the plan is not accepted.");
        if (!ContainerReaders.TryFind(plan.Container, out var reader))
            throw new InvalidOperationException($"There is no reader for {plan.Container}.");

        foreach (var shot in plan.Shots)
        {
            if (!shot.Keyframes[0].IsLocated)
                throw new InvalidOperationException("The chosen keyframe is not located.");
            foreach (var frame in shot.Keyframes)
            {
                if (await TryLocateAsync(reader!, file, plan, frame, cancellationToken) is { } located)
                    reader!.BuildMiniFile(plan.Heads[frame.Head], file.Slice(checked((int)located.Offset), located.Length));
            }
        }

        // As in a file that is too large to be read whole, and has no index.
        for (var head = 0; head < plan.Heads.Count; head++)
        {
            var guess = new Keyframe(file.Length * 2L / 3, 0, TimeSpan.FromSeconds(1), head);
            if (await TryLocateAsync(reader!, file, plan, guess, cancellationToken) is { } found)
                reader!.BuildMiniFile(plan.Heads[head], file.Slice(checked((int)found.Offset), found.Length));
        }
    }

    private static async Task<Keyframe?> TryLocateAsync(
        IContainerReader reader, ReadOnlyMemory<byte> file, ScreenshotPlan plan, Keyframe frame, CancellationToken cancellationToken)
    {
        try
        {
            return frame.IsLocated
                ? frame
                : (await reader.LocateAsync(IndexWindow.Over(new MemorySource(file)), plan.Heads[frame.Head], frame, cancellationToken))?.Keyframe;
        }
        catch (MediaException)
        {
            return null;
        }
    }

    /// <summary>Time that this thread has had on a processor (proc(5), schedstat).</summary>
    private static TimeSpan ThreadTime() =>
        TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000);
}
