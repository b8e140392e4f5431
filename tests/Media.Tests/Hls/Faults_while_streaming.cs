using System.Diagnostics;
using EventTorrent.Media.Hls;
using EventTorrent.Media.Tests.Support;
using EventTorrent.TestKit;

namespace EventTorrent.Media.Tests.Hls;

/// <summary>What is left when the making of a stream goes wrong: nothing that looks like a stream, and no process.</summary>
public sealed class Faults_while_streaming
{
    private const string ForEver = "while true; do echo progress=continue; sleep 0.1; done";

    /// <summary>Where ffmpeg is told to write, in a script.</summary>
    private const string Output = "for last; do :; done; out=${last#file:}; out=${out%/*}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancelled_item_is_gone_within_two_seconds_with_its_processes()
    {
        using var work = await Work.BeginAsync();
        using var stub = new StubFfmpeg($"{Output}\n(echo $$ > /dev/null; exec sleep 600) & echo $! >> \"$(dirname \"$0\")/pids\"\necho '#EXTM3U' > $out/v0.m3u8\n{ForEver}");
        using var cancel = new CancellationTokenSource();

        var making = Maker(stub).MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, cancel.Token);
        await stub.StartedAsync(2);
        var watch = Stopwatch.StartNew();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => making);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Empty(stub.Alive());
        Assert.Empty(Directory.EnumerateDirectories(work.Folder.Work));
    }

    [Fact]
    public async Task Who_waits_for_another_goes_on_when_it_ends()
    {
        using var work = await Work.BeginAsync();
        using var stub = new StubFfmpeg(ForEver);
        using var cancel = new CancellationTokenSource();
        var first = Maker(stub).MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, cancel.Token);
        await stub.StartedAsync(1);

        var second = MadeStream.Maker(new()).MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, Cancellation);
        await Poll.UntilAsync(
            "the second waits", _ => Task.FromResult(work.Folder.IsWanted(0, TimeSpan.FromSeconds(20), TimeProvider.System)), TimeSpan.FromSeconds(20), Cancellation);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await second;
        Assert.True(await Maker(stub).TryFinishAsync(work.Plan, work.Folder, Cancellation));
    }

    [Fact]
    public async Task A_list_that_looks_whole_counts_for_nothing_without_the_exit_code()
    {
        using var work = await Work.BeginAsync();
        using var stub = new StubFfmpeg($"{Output}\nprintf '#EXTM3U\\n#EXTINF:4,\\nv0_00000.ts\\n#EXT-X-ENDLIST\\n' > $out/v0.m3u8\nexit 255");

        var failure = await Assert.ThrowsAsync<MediaException>(() => Maker(stub).MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, Cancellation));

        Assert.Equal(MediaErrorKind.DecodeFailed, failure.Kind);
        Assert.False(await Maker(stub).TryFinishAsync(work.Plan, work.Folder, Cancellation));
        Assert.Empty(Directory.EnumerateDirectories(work.Folder.Work));
    }

    [Fact]
    public async Task An_encoder_that_stands_still_is_ended()
    {
        using var work = await Work.BeginAsync();
        using var stub = new StubFfmpeg(ForEver);

        var failure = await Assert.ThrowsAsync<MediaException>(
            () => Maker(stub, new() { StallTimeout = TimeSpan.FromMilliseconds(500) }).MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, Cancellation));

        Assert.Equal(MediaErrorKind.LimitExceeded, failure.Kind);
        Assert.Contains("no progress", failure.Message, StringComparison.Ordinal);
        Assert.Empty(stub.Alive());
    }

    [Fact]
    public async Task An_encoder_that_writes_too_much_is_ended()
    {
        using var work = await Work.BeginAsync();
        using var stub = new StubFfmpeg($"{Output}\nfor i in 1 2 3; do head -c 600000 /dev/zero > $out/v0_0000$i.ts; done\n{ForEver}");

        var failure = await Assert.ThrowsAsync<MediaException>(
            () => Maker(stub, new() { MaxOutputMegabytes = 1 }).MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, Cancellation));

        Assert.Equal(MediaErrorKind.LimitExceeded, failure.Kind);
        Assert.Contains("1 MiB", failure.Message, StringComparison.Ordinal);
        Assert.Empty(stub.Alive());
    }

    [Fact]
    public async Task An_encoder_that_takes_too_long_is_ended_though_it_makes_progress()
    {
        using var work = await Work.BeginAsync();
        using var stub = new StubFfmpeg("i=0; while true; do i=$((i+1)); echo frame=$i; echo progress=continue; sleep 0.1; done");

        var failure = await Assert.ThrowsAsync<MediaException>(
            () => Maker(stub, new() { Timeout = TimeSpan.FromSeconds(1) }).MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, Cancellation));

        Assert.Equal(MediaErrorKind.LimitExceeded, failure.Kind);
        Assert.Contains("longer than 00:00:01", failure.Message, StringComparison.Ordinal);
        Assert.Empty(stub.Alive());
    }

    [Fact]
    public async Task An_encoder_has_no_more_memory_and_writes_no_larger_file_than_it_may()
    {
        using var work = await Work.BeginAsync();
        using var stub = new StubFfmpeg($"{Output}\n(ulimit -v; ulimit -f) > \"$(dirname \"$0\")/limits\"\nexec ffmpeg \"$@\"");

        await Maker(stub, new() { MemoryMegabytes = 777, MaxOutputMegabytes = 33 }).MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, Cancellation);

        // In KiB, and in blocks of 512 bytes.
        Assert.Equal(["795648", "67584"], await File.ReadAllLinesAsync(Path.Join(Path.GetDirectoryName(stub.Path), "limits"), Cancellation));
    }

    [Fact]
    public async Task A_full_volume_is_named()
    {
        using var work = await Work.BeginAsync();
        using var stub = new StubFfmpeg("echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1");

        var failure = await Assert.ThrowsAsync<MediaException>(() => Maker(stub).MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, Cancellation));

        Assert.Equal(MediaErrorKind.NoSpace, failure.Kind);
    }

    [Fact]
    public async Task Thumbnails_that_can_not_be_made_do_not_cost_the_video()
    {
        using var work = await Work.BeginAsync();
        using var stub = new StubFfmpeg("case \"$*\" in *sprite*) exit 1 ;; esac\nexec ffmpeg \"$@\"");

        await Maker(stub).MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, Cancellation);

        Assert.True(await Maker(stub).TryFinishAsync(work.Plan, work.Folder, Cancellation));
        PlaylistCheck.Master(work.Folder.Final);
        Assert.False(File.Exists(Path.Join(work.Folder.Final, "thumbnails.vtt")));
    }

    [Fact]
    public async Task What_a_killed_worker_left_is_removed_and_made_again()
    {
        using var work = await Work.BeginAsync("mpeg4");
        var left = work.Folder.BeginPart(1);
        await File.WriteAllTextAsync(Path.Join(left, "v0_000_00000.ts"), "half", Cancellation);
        var maker = MadeStream.Maker(new());

        await maker.MakeAsync(work.Plan, 1, work.Source, work.Folder, _ => { }, Cancellation);
        await maker.MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, Cancellation);
        // And once more while it was joining: some files have been moved, the rest has not.
        Directory.CreateDirectory(work.Folder.Whole);
        File.Move(Path.Join(work.Folder.Part(1), "v0_000_00000.ts"), Path.Join(work.Folder.Whole, "v0_000_00000.ts"));

        Assert.False(Directory.Exists(left));
        Assert.True(await maker.TryFinishAsync(work.Plan, work.Folder, Cancellation));
        PlaylistCheck.Master(work.Folder.Final);
        Assert.Equal(50, await MadeStream.CountFramesAsync(Path.Join(work.Folder.Final, "v0.m3u8"), "v:0"));
    }

    [Fact]
    public async Task Two_who_make_and_join_at_once_make_one_stream()
    {
        using var work = await Work.BeginAsync("mpeg4");
        var maker = MadeStream.Maker(new());
        await maker.MakeAsync(work.Plan, 0, work.Source, work.Folder, _ => { }, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(
            () => MadeStream.Maker(new()).MakeAsync(work.Plan, 1, work.Source, work.Folder, _ => { }, Cancellation))));
        var joined = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => MadeStream.Maker(new()).TryFinishAsync(work.Plan, work.Folder, Cancellation))));

        Assert.All(joined, Assert.True);
        PlaylistCheck.Master(work.Folder.Final);
        Assert.Equal(50, await MadeStream.CountFramesAsync(Path.Join(work.Folder.Final, "v0.m3u8"), "v:0"));
        Assert.False(Directory.Exists(work.Folder.Work));
    }

    [Fact]
    public async Task Progress_rises_to_the_end()
    {
        using var work = await Work.BeginAsync("mpeg4", seconds: 8);
        var seen = new List<HlsProgress>();

        await MadeStream.Maker(new()).MakeAsync(work.Plan, 1, work.Source, work.Folder, seen.Add, Cancellation);

        Assert.NotEmpty(seen);
        Assert.InRange(seen[^1].Fraction!.Value, 0.9, 1);
        Assert.True(seen[^1].OutputBytes > 0 && seen[^1].Speed > 0);
        Assert.InRange(seen[^1].Remaining!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Equal(seen.Select(progress => progress.Fraction).Order(), seen.Select(progress => progress.Fraction));
    }

    private static HlsMaker Maker(StubFfmpeg stub, HlsOptions? options = null) =>
        MadeStream.Maker(options ?? new(), new MediaOptions { Ffmpeg = stub.Path, Jail = JailMode.Off });

    /// <summary>A planned video of two seconds.</summary>
    private sealed class Work : IDisposable
    {
        private readonly Video _video;

        private Work(Video video, HlsFolder folder, HlsPlan plan) => (_video, Folder, Plan) = (video, folder, plan);

        public HlsFolder Folder { get; }

        public HlsPlan Plan { get; }

        public string Source => _video.Path;

        public static async Task<Work> BeginAsync(string codec = "libx264", int seconds = 2)
        {
            var video = await Video.MakeAsync("film.mkv", ["-f", "lavfi", "-i", Video.Pattern(seconds, "160x90")], ["-c:v", codec, "-pix_fmt", "yuv420p"]);
            var folder = new HlsFolder(Path.Join(Path.GetDirectoryName(video.Path), "0.hls"));
            return new(video, folder, await MadeStream.Maker(new()).PlanAsync(video.Path, folder, [], Cancellation));
        }

        public void Dispose() => _video.Dispose();
    }
}
