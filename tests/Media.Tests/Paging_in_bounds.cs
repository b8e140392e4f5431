using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EventTorrent.Media.Decoding;
using EventTorrent.Media.Paging;
using EventTorrent.Media.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTorrent.Media.Tests;

/// <summary>What demand paging may cost, and what is left when it ends.</summary>
public sealed class Paging_in_bounds
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_budget_counts_a_block_once_and_gives_what_is_left()
    {
        var budget = new ByteBudget(3 * ByteBudget.BlockSize);

        Assert.Equal(100, budget.Take(new(ByteBudget.BlockSize - 50, 100)));
        Assert.Equal(2 * ByteBudget.BlockSize, budget.Take(new(0, 2 * ByteBudget.BlockSize)));
        Assert.Equal(ByteBudget.BlockSize, budget.Take(new(10 * ByteBudget.BlockSize, MiB)));
        Assert.False(budget.IsExceeded);
        Assert.Equal(0, budget.Take(new(20 * ByteBudget.BlockSize, 1)));
        Assert.True(budget.IsExceeded);
        Assert.Equal(1, budget.Take(new(5, 1)));
    }

    [Theory]
    [InlineData(64, 20, 1, 16)]
    [InlineData(64, 20, 200, 40)]
    [InlineData(64, 20, 10_000, 64)]
    [InlineData(8, 20, 10_000, 8)]
    [InlineData(0, 20, 10_000, 0)]
    [InlineData(65536, 100, 10_000, 10_000)]
    public void The_options_bound_plan_and_pictures_together(int megabytes, int percent, int fileMegabytes, int expected)
    {
        var options = new MediaOptions { PagingMegabytes = megabytes, PagingPercent = percent };
        var length = (long)fileMegabytes * MiB;

        var plan = ByteBudget.ForPlan(options, length).Take(new(0, long.MaxValue / 2));
        var pictures = ByteBudget.ForPictures(options, length).Take(new(0, long.MaxValue / 2));

        Assert.Equal((double)expected, (double)(plan + pictures) / MiB, tolerance: 0.1 + expected / 100.0);
        Assert.True(plan + pictures <= (long)expected * MiB);
    }

    [Fact]
    public async Task Where_ffmpeg_must_read_forward_it_reads_no_further_than_the_budget()
    {
        // IVF has no index: every time is found by reading on to it.
        using var video = await ForwardOnlyAsync();
        var file = new PagedFile(video.Read());
        var plan = await Shoot.PlanAsync(file);
        var options = new MediaOptions { PagingMegabytes = 1 };
        var pictures = new PagedFile(video.Read());

        var shots = await Shoot.TakeAsync(pictures, plan, options);

        Assert.True(file.Length > 2 * MiB, $"{file.Length} bytes are too few for this test.");
        Assert.InRange(shots.Count, 1, 8);
        Assert.InRange(pictures.TouchedBytes, 1, MiB);
        Assert.DoesNotContain(shots, shot => shot.IsDamaged);
    }

    [Fact]
    public async Task A_budget_that_is_too_small_for_any_picture_is_named()
    {
        using var video = await ForwardOnlyAsync();
        var file = new PagedFile(video.Read());
        var plan = await Shoot.PlanAsync(file);
        using var screenshotter = Shoot.New(new() { PagingMegabytes = 1 });

        var error = await Assert.ThrowsAsync<MediaException>(
            () => screenshotter.TakeAsync(file, plan, new HashSet<int>(Enumerable.Range(0, 9)), Cancellation).ToListAsync(Cancellation).AsTask());

        Assert.Equal(MediaErrorKind.LimitExceeded, error.Kind);
        Assert.Contains("byte budget (Media:PagingMegabytes, Media:PagingPercent)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("random")]
    [InlineData("zeros")]
    [InlineData("text")]
    [InlineData("program")]
    [InlineData("sound")]
    [InlineData("picture")]
    [InlineData("playlist")]
    [InlineData("script")]
    public async Task What_no_demuxer_takes_is_named_at_once_and_costs_nothing_more(string what)
    {
        var file = new PagedFile(await NoVideoAsync(what));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<MediaException>(() => Shoot.PlanAsync(file));

        Assert.Equal(MediaErrorKind.NotAVideo, error.Kind);
        Assert.InRange(file.TouchedBytes, 0, what == "random" ? 2 * MiB : 2 * ByteBudget.BlockSize);
        // A quarter of a second on a machine that does nothing else.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public async Task A_container_that_only_begins_as_one_is_named()
    {
        var random = RandomNumberGenerator.GetBytes(4 * MiB);
        foreach (var start in (string[])["OggS\0\u0002\0\0\0\0\0\0\0\0", ".RMF\0\0\0\u0012\0\u0001\0\0", "nut/multimedia container\0", "DKIF\0\0 \0VP80"])
        {
            var file = new PagedFile([.. Encoding.Latin1.GetBytes(start), .. random]);

            var error = await Assert.ThrowsAsync<MediaException>(async () => await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 2)));

            TestContext.Current.TestOutputHelper!.WriteLine($"{start[..4]}: {error.Kind}: {error.Message} {file.TouchedBytes}");
            Assert.Contains(error.Kind, (MediaErrorKind[])[MediaErrorKind.NotAVideo, MediaErrorKind.DecodeFailed, MediaErrorKind.LimitExceeded]);
        }
    }

    [Fact]
    public async Task A_playlist_calls_nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var playlist = $"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://{listener.LocalEndpoint}/a.ts\n#EXT-X-ENDLIST\n";
        foreach (var start in (string[])["", "OggS", "DKIF", "\0\0\u0001\u00b3"])
        {
            var file = new PagedFile(Encoding.Latin1.GetBytes(start + playlist));
            await Assert.ThrowsAsync<MediaException>(async () => await Shoot.TakeAsync(file, await Shoot.PlanAsync(file, 1)));
        }

        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Paging_can_be_switched_off()
    {
        using var video = await SmallAsync();
        using var screenshotter = Shoot.New(new() { PagingMegabytes = 0 });
        var file = new PagedFile(video.Read());

        var error = await Assert.ThrowsAsync<MediaException>(() => screenshotter.PlanAsync(file, 2, Cancellation));

        Assert.Equal(MediaErrorKind.NotAVideo, error.Kind);
    }

    [Fact]
    public async Task What_the_source_throws_is_thrown()
    {
        using var video = await SmallAsync();
        var plan = await Shoot.PlanAsync(new PagedFile(video.Read()), 2);
        var file = new PagedFile(video.Read());
        var reads = 0;
        // The first read is of head and tail, before ffmpeg comes in.
        file.OnRead = (_, _) => Interlocked.Increment(ref reads) > 2 ? throw new TimeoutException("no peer has it") : Task.CompletedTask;

        await Assert.ThrowsAsync<TimeoutException>(() => Shoot.PlanAsync(file, 2));
        await Assert.ThrowsAsync<TimeoutException>(() => Shoot.TakeAsync(file, plan));
    }

    [Fact]
    public async Task Cancellation_ends_ffmpeg_and_what_it_waits_for()
    {
        using var video = await SmallAsync();
        var plan = await Shoot.PlanAsync(new PagedFile(video.Read()), 2);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = 0;
        var file = new PagedFile(video.Read())
        {
            OnRead = async (_, cancellation) =>
            {
                Interlocked.Increment(ref left);
                asked.TrySetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellation);
                }
                finally
                {
                    Interlocked.Decrement(ref left);
                }
            },
        };
        using var screenshotter = Shoot.New();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var taking = screenshotter.TakeAsync(file, plan, Shoot.Nothing, cancellation.Token).ToListAsync(CancellationToken.None).AsTask();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
        Assert.Equal(0, left);
    }

    [Fact]
    public async Task A_hanging_ffmpeg_is_killed_at_its_deadline()
    {
        using var video = await SmallAsync();
        var file = new PagedFile(video.Read());
        var plan = await Shoot.PlanAsync(file, 1);
        using var stub = new StubFfmpeg("exec sleep 600");

        var error = await Assert.ThrowsAsync<MediaException>(() => Shoot.TakeAsync(
            file, plan, new() { Ffmpeg = stub.Path, Jail = JailMode.Off, PagingTimeout = TimeSpan.FromSeconds(1) }));

        Assert.Equal(MediaErrorKind.LimitExceeded, error.Kind);
        Assert.Empty(stub.Alive());
    }

    [Fact]
    public async Task The_jail_lets_it_through_to_the_source_and_shows_it_no_file()
    {
        var ffmpeg = new Ffmpeg(new(), NullLogger.Instance);
        Assert.SkipUnless(await ffmpeg.PrepareAsync(Cancellation), "bubblewrap does not work here: it is not installed, or user namespaces are forbidden.");
        using var video = await SmallAsync();
        await using var server = RangeServer.Start(new MemorySource(video.Read()), new ByteBudget(64 * MiB));

        var paged = await ffmpeg.RunPagedAsync(["-v", "error", "-i", server.Url, "-frames:v", "1", "-f", "md5", "pipe:1"], 1024, Cancellation);
        var local = await ffmpeg.RunPagedAsync(["-v", "error", "-i", video.Path, "-frames:v", "1", "-f", "md5", "pipe:1"], 1024, Cancellation);
        var closed = await ffmpeg.RunAsync(["-v", "error", "-i", server.Url, "-frames:v", "1", "-f", "md5", "pipe:1"], [], 1024, Cancellation);

        Assert.StartsWith("MD5=", Encoding.ASCII.GetString(paged.Output.Span), StringComparison.Ordinal);
        Assert.NotEqual(0, local.ExitCode);
        Assert.NotEqual(0, closed.ExitCode);
    }

    private static Task<Video> SmallAsync() => Video.MakeAsync("v.nut", ["-f", "lavfi", "-i", Video.Pattern(4, "64x64")], Video.H264);

    /// <summary>Of 2.5 MB at least.</summary>
    private static Task<Video> ForwardOnlyAsync() => Video.MakeAsync("v.ivf",
        ["-f", "lavfi", "-i", Video.Pattern(10, "320x180") + ",noise=alls=60:allf=t"],
        ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "3M", "-minrate", "3M", "-maxrate", "3M", "-g", "25"]);

    private static async Task<byte[]> NoVideoAsync(string what)
    {
        switch (what)
        {
            case "random":
                var random = new byte[4 * MiB];
                new Random(1).NextBytes(random);
                return random;
            case "zeros":
                return new byte[4 * MiB];
            case "text":
                return [.. Enumerable.Repeat("All work and no play makes Jack a dull boy.\n"u8.ToArray(), 10_000).SelectMany(line => line)];
            case "program":
                return await File.ReadAllBytesAsync("/bin/ls", Cancellation);
            case "sound":
                using (var sound = await Video.MakeAsync("v.wav", ["-f", "lavfi", "-i", "sine=duration=10"]))
                    return sound.Read();
            case "picture":
                using (var picture = await Video.MakeAsync("v.png", ["-f", "lavfi", "-i", Video.Pattern(1)], ["-frames:v", "1"]))
                    return picture.Read();
            case "playlist":
                return [.. "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"u8, .. new byte[MiB]];
            default:
                return [.. "ffconcat version 1.0\nfile /etc/passwd\n"u8, .. new byte[MiB]];
        }
    }
}
