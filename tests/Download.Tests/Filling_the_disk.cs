using EventTorrent.Contracts;
using EventTorrent.TestKit;
using EventTorrent.Workers.Download;

namespace EventTorrent.Download.Tests;

/// <summary>A volume without room, on a file system of its own that is really full.</summary>
public sealed class Filling_the_disk
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_does_not_fit_is_refused_before_a_byte_is_written()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 2, Cancellation);
        await using var content = await Content.FilmAsync(3 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent);
        await using var worker = Worker.Start(disk.FullPath);

        var failed = Assert.IsType<DownloadOutcome.Failed>(await worker.RunAsync(content.Torrent, [seed.Endpoint]));

        Assert.Equal((FailureKind.DiskFull, 0), (failed.Kind, seed.SentBytes));
        Assert.True(failed.Kind.IsRecoverable());
    }

    [Fact]
    public async Task A_disk_that_fills_up_ends_the_attempt_and_the_next_goes_on_when_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 6, Cancellation);
        await using var content = await Content.FilmAsync(3 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 500_000 });
        await using var worker = Worker.Start(disk.FullPath);
        using var recorder = new Recorder { WaitForBytes = 200_000 };
        var run = worker.RunAsync(content.Torrent, [seed.Endpoint], recorder);
        await Task.WhenAny(run, recorder.Reached);
        await disk.FillAsync(0, Cancellation);

        var failed = Assert.IsType<DownloadOutcome.Failed>(await run);
        Assert.Equal(FailureKind.DiskFull, failed.Kind);
        var sent = seed.SentBytes;
        disk.Empty();
        Assert.IsType<DownloadOutcome.Completed>(await worker.RunAsync(content.Torrent, [seed.Endpoint], resumeData: recorder.Checkpoint));

        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
        Assert.InRange(seed.SentBytes - sent, 1, content.Torrent.TotalBytes - 100_000);
    }

    [Fact]
    public async Task Below_the_reserve_downloads_rest_until_there_is_room_again()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 8, Cancellation);
        await using var content = await Content.FilmAsync(3 * MiB, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent, new PeerBehaviour { BytesPerSecond = 500_000 });
        await using var worker = Worker.Start(disk.FullPath, ("Volume:ReserveMiB", "2"));
        using var recorder = new Recorder { WaitForBytes = 200_000 };
        var run = worker.RunAsync(content.Torrent, [seed.Endpoint], recorder);
        await Task.WhenAny(run, recorder.Reached);
        // Somebody else takes all but a little of the reserve.
        await disk.FillAsync(MiB, Cancellation);
        await Poll.UntilAsync(
            "it rests", () => recorder.Stalls.Any(stall => stall.Contains("reserve", StringComparison.Ordinal)), TimeSpan.FromMinutes(2), Cancellation);

        disk.Empty();

        Assert.IsType<DownloadOutcome.Completed>(await run);
        await content.AssertSameAsync(worker.PathOf(content.Torrent, "0.mkv"), 0, Cancellation);
    }
}
