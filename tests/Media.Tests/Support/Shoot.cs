using EventTorrent.Media.Containers;
using EventTorrent.Media.Decoding;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Media.Tests.Support;

/// <summary>Short forms of what most tests do.</summary>
internal static class Shoot
{
    public static readonly IReadOnlySet<int> Nothing = new HashSet<int>();

    public static Screenshotter New(MediaOptions? options = null) => new(options ?? new(), NullLogger<Screenshotter>.Instance);

    public static PictureDecoder Decoder() => new(new(), new Ffmpeg(new(), NullLogger.Instance));

    public static async Task<ScreenshotPlan> PlanAsync(IByteSource source, int count = 10)
    {
        using var screenshotter = New();
        return await screenshotter.PlanAsync(source, count, TestContext.Current.CancellationToken);
    }

    public static Task<ScreenshotPlan> PlanAsync(byte[] file, int count = 10) => PlanAsync(new MemorySource(file), count);

    public static async Task<MediaException> RefusalAsync(byte[] file) =>
        await Assert.ThrowsAsync<MediaException>(() => PlanAsync(file));

    /// <summary>All pictures in the order of their index.</summary>
    public static async Task<List<Screenshot>> TakeAsync(IByteSource source, ScreenshotPlan plan, MediaOptions? options = null)
    {
        using var screenshotter = New(options);
        return await screenshotter.TakeAsync(source, plan, Nothing, TestContext.Current.CancellationToken)
            .OrderBy(shot => shot.Index)
            .ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>MD5 of the pictures that the chosen keyframes decode to, before any filter.</summary>
    public static async Task<List<string?>> HashAsync(IByteSource source, ScreenshotPlan plan)
    {
        Assert.True(ContainerReaders.TryFind(plan.Container, out var reader));
        var decoder = Decoder();
        var hashes = new List<string?>();
        foreach (var keyframe in plan.Shots.Select(shot => shot.Keyframes[0]))
        {
            var bytes = (await source.ReadAsync([keyframe.Range], TestContext.Current.CancellationToken))[0];
            var miniFile = reader!.BuildMiniFile(plan.Heads[keyframe.Head], bytes);
            hashes.Add(await decoder.HashFrameAsync(reader.Demuxer, miniFile, TestContext.Current.CancellationToken));
        }

        return hashes;
    }
}
