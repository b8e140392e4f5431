using System.Diagnostics;
using EventTorrent.Media.Decoding;
using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

public sealed class Faults_while_taking
{
    private static readonly MediaOptions Patient = new();

    [Fact]
    public async Task Pictures_that_are_stored_already_are_neither_read_nor_taken()
    {
        using var video = await Video.MakeAsync();
        using var file = video.Open();
        var plan = await Shoot.PlanAsync(file, 4);
        var source = new CountingByteSource(file);
        using var screenshotter = Shoot.New();

        var shots = await screenshotter.TakeAsync(source, plan, new HashSet<int> { 0, 1, 3 }, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        var none = await screenshotter.TakeAsync(source, plan, new HashSet<int> { 0, 1, 2, 3 }, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, Assert.Single(shots).Index);
        Assert.Empty(none);
        Assert.Equal(plan.Shots[2].Keyframes[0].Length, source.BytesRead);
    }

    [Fact]
    public async Task A_keyframe_that_does_not_decode_is_replaced_by_a_neighbour()
    {
        using var video = await Video.MakeAsync();
        var file = video.Read();
        var plan = await Shoot.PlanAsync(file, 4);
        var damaged = plan.Shots[1].Keyframes[0];
        file.AsSpan((int)damaged.Offset, damaged.Length).Clear();

        var shots = await Shoot.TakeAsync(new MemorySource(file), plan);

        Assert.Equal(4, shots.Count);
        Assert.Equal(plan.Shots[1].Keyframes[1].Time, shots[1].TakenAt);
    }

    [Fact]
    public async Task A_keyframe_with_wrong_bytes_is_replaced_by_a_neighbour()
    {
        using var video = await Video.MakeAsync();
        var file = video.Read();
        var plan = await Shoot.PlanAsync(file, 2);
        var damaged = plan.Shots[0].Keyframes[0];
        new Random(1).NextBytes(file.AsSpan((int)damaged.Offset + damaged.Length / 2, damaged.Length / 4));

        var shots = await Shoot.TakeAsync(new MemorySource(file), plan);

        Assert.Equal(plan.Shots[0].Keyframes[1].Time, shots[0].TakenAt);
        Assert.DoesNotContain(shots, shot => shot.IsDamaged);
    }

    [Fact]
    public async Task A_keyframe_with_wrong_bytes_is_proven_before_a_neighbour_is_taken()
    {
        using var video = await Video.MakeAsync();
        var file = video.Read();
        var lies = video.Read();
        var plan = await Shoot.PlanAsync(file, 3);
        var wrong = plan.Shots[0].Keyframes[0];
        new Random(1).NextBytes(lies.AsSpan((int)wrong.Offset + wrong.Length / 2, wrong.Length / 4));
        var source = new LyingSource(file, lies);

        var shots = await Shoot.TakeAsync(source, plan);

        Assert.Equal([wrong.Range], source.Proven);
        Assert.Equal(plan.Shots.Select(shot => shot.Keyframes[0].Time), shots.Select(shot => shot.TakenAt));
        Assert.DoesNotContain(shots, shot => shot.IsDamaged);
    }

    [Fact]
    public async Task A_video_of_which_nothing_decodes_is_refused()
    {
        using var video = await Video.MakeAsync();
        var file = video.Read();
        var plan = await Shoot.PlanAsync(file, 2);
        Array.Clear(file);

        var error = await Assert.ThrowsAsync<MediaException>(() => Shoot.TakeAsync(new MemorySource(file), plan));

        Assert.Equal(MediaErrorKind.DecodeFailed, error.Kind);
    }

    [Fact]
    public async Task A_keyframe_that_can_not_be_read_is_replaced_by_a_neighbour()
    {
        using var video = await Video.MakeAsync();
        var plan = await Shoot.PlanAsync(video.Read(), 4);
        var absent = plan.Shots[1].Keyframes[0].Offset;
        var source = new MemorySource(video.Read())
        {
            OnRead = (range, _) => range.Offset == absent ? throw new TimeoutException("no peer has it") : Task.CompletedTask,
        };

        var shots = await Shoot.TakeAsync(source, plan);

        Assert.Equal(4, shots.Count);
        Assert.Equal(plan.Shots[1].Keyframes[1].Time, shots[1].TakenAt);
    }

    [Fact]
    public async Task When_a_shot_can_not_be_read_at_all_the_others_come_first_and_the_failure_last()
    {
        using var video = await Video.MakeAsync();
        var plan = await Shoot.PlanAsync(video.Read(), 4);
        var absent = plan.Shots[1].Keyframes.Select(frame => frame.Offset).ToHashSet();
        var source = new MemorySource(video.Read())
        {
            OnRead = (range, _) => absent.Contains(range.Offset) ? throw new TimeoutException("no peer has it") : Task.CompletedTask,
        };
        using var screenshotter = Shoot.New();
        var taken = new List<int>();

        await Assert.ThrowsAsync<TimeoutException>(async () =>
        {
            await foreach (var shot in screenshotter.TakeAsync(source, plan, Shoot.Nothing, TestContext.Current.CancellationToken))
                taken.Add(shot.Index);
        });

        Assert.Equal([0, 2, 3], taken.Order());
    }

    [Fact]
    public async Task All_keyframes_are_asked_for_before_the_first_arrives()
    {
        using var video = await Video.MakeAsync();
        var plan = await Shoot.PlanAsync(video.Read(), 10);
        var asked = 0;
        var all = new TaskCompletionSource();
        var source = new MemorySource(video.Read())
        {
            OnRead = (_, cancellation) =>
            {
                if (Interlocked.Increment(ref asked) == 10)
                    all.SetResult();
                return all.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellation);
            },
        };

        Assert.Equal(10, (await Shoot.TakeAsync(source, plan)).Count);
    }

    [Fact]
    public async Task A_picture_comes_while_another_keyframe_is_still_on_its_way()
    {
        using var video = await Video.MakeAsync();
        var plan = await Shoot.PlanAsync(video.Read(), 2);
        var second = new TaskCompletionSource();
        var source = new MemorySource(video.Read())
        {
            OnRead = (range, cancellation) => range.Offset == plan.Shots[0].Keyframes[0].Offset
                ? second.Task.WaitAsync(TimeSpan.FromSeconds(20), cancellation)
                : Task.CompletedTask,
        };
        using var screenshotter = Shoot.New();
        var order = new List<int>();

        await foreach (var shot in screenshotter.TakeAsync(source, plan, Shoot.Nothing, TestContext.Current.CancellationToken))
        {
            order.Add(shot.Index);
            second.TrySetResult();
        }

        Assert.Equal([1, 0], order);
    }

    [Fact]
    public async Task A_missing_ffmpeg_has_a_name()
    {
        using var video = await Video.MakeAsync();
        using var file = video.Open();
        var plan = await Shoot.PlanAsync(file, 2);

        foreach (var path in (string[])["no-such-ffmpeg", "/nowhere/ffmpeg", video.Path])
        {
            var error = await Assert.ThrowsAsync<MediaException>(() => Shoot.TakeAsync(file, plan, new() { Ffmpeg = path }));
            Assert.Equal(MediaErrorKind.ToolMissing, error.Kind);
        }
    }

    [Fact]
    public async Task A_hanging_ffmpeg_is_killed_with_all_that_it_started()
    {
        using var stub = new StubFfmpeg("sleep 600 &\necho $! >> \"$(dirname \"$0\")/pids\"\nwait");

        var error = await TakeWithAsync(stub, TimeSpan.FromSeconds(1));

        Assert.Equal(MediaErrorKind.LimitExceeded, error.Kind);
        Assert.Empty(stub.Alive());
    }

    [Theory]
    [InlineData("exec cat /dev/zero", "output without end")]
    [InlineData("exit 3", "an exit before anything was read")]
    [InlineData("cat > /dev/null", "no output")]
    [InlineData("cat > /dev/null; echo this is no picture", "output that is no JPEG")]
    [InlineData("kill -9 $$", "a kill from outside")]
    public async Task A_broken_ffmpeg_gives_no_picture(string script, string fault)
    {
        using var stub = new StubFfmpeg(script);
        var watch = Stopwatch.StartNew();

        var error = await TakeWithAsync(stub, TimeSpan.FromSeconds(20));

        Assert.True(error.Kind == MediaErrorKind.DecodeFailed, fault);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{fault} took {watch.Elapsed}");
        Assert.Empty(stub.Alive());
    }

    [Fact]
    public async Task Messages_without_end_are_read_and_dropped()
    {
        using var stub = new StubFfmpeg("exec cat /dev/zero >&2");
        var ffmpeg = new Ffmpeg(new MediaOptions { Ffmpeg = stub.Path, DecodeTimeout = TimeSpan.FromSeconds(1) });

        var result = await ffmpeg.RunAsync([], [], maxOutputBytes: 1024, TestContext.Current.CancellationToken);

        Assert.True(result.TimedOut);
        Assert.Equal(64 * 1024, result.Errors.Length);
        Assert.Empty(stub.Alive());
    }

    [Fact]
    public async Task Cancellation_kills_what_runs()
    {
        using var stub = new StubFfmpeg("exec sleep 600");
        using var video = await Video.MakeAsync();
        using var file = video.Open();
        var plan = await Shoot.PlanAsync(file, 4);
        using var screenshotter = Shoot.New(new() { Ffmpeg = stub.Path, MaxProcesses = 2 });
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var taking = screenshotter.TakeAsync(file, plan, Shoot.Nothing, cancellation.Token).ToListAsync(CancellationToken.None).AsTask();
        await stub.StartedAsync(2);
        Assert.Equal(2, stub.Alive().Count());
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking);
        Assert.Empty(stub.Alive());
    }

    [Fact]
    public async Task A_caller_that_has_enough_leaves_no_process_behind()
    {
        using var video = await Video.MakeAsync();
        using var file = video.Open();
        var plan = await Shoot.PlanAsync(file, 10);
        using var screenshotter = Shoot.New(Patient);

        await foreach (var _ in screenshotter.TakeAsync(file, plan, Shoot.Nothing, TestContext.Current.CancellationToken))
            break;

        Assert.Equal(10, (await screenshotter.TakeAsync(file, plan, Shoot.Nothing, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Damaged_keyframes_never_do_worse_than_give_no_picture()
    {
        using var video = await Video.MakeAsync();
        var random = new Random(7);
        var original = video.Read();
        var plan = await Shoot.PlanAsync(original, 20);
        var file = original.ToArray();
        foreach (var frame in plan.Shots.SelectMany(shot => shot.Keyframes))
        {
            for (var i = 0; i < 50; i++)
                file[frame.Offset + random.Next(frame.Length)] = (byte)random.Next(256);
        }

        var shots = await Shoot.TakeAsync(new MemorySource(file), plan);

        Assert.InRange(shots.Count, 1, 20);
        TestContext.Current.TestOutputHelper!.WriteLine($"{shots.Count} of 20 pictures, {shots.Count(shot => shot.IsDamaged)} known to be damaged");
    }

    private static async Task<MediaException> TakeWithAsync(StubFfmpeg stub, TimeSpan timeout)
    {
        using var video = await Video.MakeAsync();
        using var file = video.Open();
        var plan = await Shoot.PlanAsync(file, 2);
        return await Assert.ThrowsAsync<MediaException>(
            () => Shoot.TakeAsync(file, plan, new() { Ffmpeg = stub.Path, DecodeTimeout = timeout }));
    }
}
