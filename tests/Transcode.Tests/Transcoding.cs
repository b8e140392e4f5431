using EventTorrent.Contracts;
using EventTorrent.TestKit;
using EventTorrent.Workers.Transcode;

namespace EventTorrent.Transcode.Tests;

/// <summary>What a worker makes of its items, on files as a download leaves them.</summary>
public sealed class Transcoding
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_video_that_can_be_copied_is_one_item()
    {
        await using var volume = await Worker.VolumeAsync("-c:v", "libx264", "-preset", "ultrafast");
        await using var worker = await Worker.StartAsync(volume.FullPath);

        var outcome = await RunAsync(worker, Worker.Command());

        Assert.InRange(Assert.IsType<TranscodeOutcome.Completed>(outcome).Duration, TimeSpan.FromSeconds(5.9), TimeSpan.FromSeconds(6.2));
        Assert.True(File.Exists(Path.Join(volume.FullPath, Worker.Infohash, "3.hls", "master.m3u8")));
        Assert.IsType<TranscodeOutcome.Completed>(await RunAsync(worker, Worker.Command(lease: 2)));
    }

    [Fact]
    public async Task A_video_that_must_be_encoded_is_cut_done_by_several_workers_and_joined_by_one()
    {
        await using var volume = await Worker.VolumeAsync("-c:v", "mpeg4", "-bf", "2");
        await using var one = await Worker.StartAsync(volume.FullPath);
        await using var other = await Worker.StartAsync(volume.FullPath);

        var cut = Assert.IsType<TranscodeOutcome.Cut>(await RunAsync(one, Worker.Command()));
        Assert.Equal(4, cut.Parts);
        Assert.InRange(cut.Plan.Length, 1, Limits.ResumeDataBytes);
        var parts = await Task.WhenAll(Enumerable.Range(0, cut.Parts).Select(
            part => RunAsync(part % 2 == 0 ? one : other, Worker.Command(item: 1 + part, part: part, parts: cut.Parts, plan: cut.Plan))));
        var joined = await RunAsync(other, Worker.Command(lease: 2, parts: cut.Parts, resumeData: cut.Plan));

        Assert.All(parts, part => Assert.IsType<TranscodeOutcome.Completed>(part));
        Assert.IsType<TranscodeOutcome.Completed>(joined);
        var frames = await ToolProcess.RunAsync(
            "ffprobe",
            ["-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "-of", "default=nw=1:nk=1", Path.Join(volume.FullPath, Worker.Infohash, "3.hls", "v0.m3u8")],
            TimeSpan.FromMinutes(1), Cancellation);
        Assert.StartsWith("150", frames, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Join(volume.FullPath, Worker.Infohash, "3.hls.tmp")));
    }

    [Fact]
    public async Task A_part_that_is_lost_before_the_join_is_made_again()
    {
        await using var volume = await Worker.VolumeAsync("-c:v", "mpeg4");
        await using var worker = await Worker.StartAsync(volume.FullPath);
        var cut = Assert.IsType<TranscodeOutcome.Cut>(await RunAsync(worker, Worker.Command()));
        await RunAsync(worker, Worker.Command(item: 1, part: 0, parts: cut.Parts, plan: cut.Plan));

        var joined = await RunAsync(worker, Worker.Command(lease: 2, parts: cut.Parts, resumeData: cut.Plan));

        Assert.IsType<TranscodeOutcome.Completed>(joined);
    }

    [Theory]
    [InlineData("androidx__sample_sef_super_slow_motion")]
    [InlineData("decord__corrupted")]
    [InlineData("mp4parse__no_timescale")]
    public async Task A_real_video_whose_copy_fails_is_encoded(string name)
    {
        Assert.SkipUnless(RepositoryPaths.Corpus is not null, "The corpus is not there: ../shared/corpus beside the repository.");
        await using var volume = new TempDirectory();
        File.Copy(Path.Join(RepositoryPaths.Corpus, "media", name + ".mp4"), Path.Join(volume.CreateDirectory(Worker.Infohash), "3.mkv"));

        await AssertEncodedAsync(volume);
    }

    [Fact]
    public async Task A_video_whose_copy_fails_is_encoded_and_names_that()
    {
        await using var volume = await Worker.VolumeAsync("-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-x264-params", "slices=1");
        await SpoilAsync(Path.Join(volume.FullPath, Worker.Infohash, "3.mkv"));

        await AssertEncodedAsync(volume);
    }

    [Fact]
    public async Task What_can_not_become_a_stream_is_named()
    {
        await using var volume = new TempDirectory();
        await File.WriteAllTextAsync(Path.Join(volume.CreateDirectory(Worker.Infohash), "3.mkv"), "Rar!\u001A\u0007 and so on", Cancellation);
        await using var worker = await Worker.StartAsync(volume.FullPath);
        await using var empty = new TempDirectory();
        await using var elsewhere = await Worker.StartAsync(empty.FullPath);

        Assert.Equal(FailureKind.PackedArchive, Assert.IsType<TranscodeOutcome.Failed>(await RunAsync(worker, Worker.Command())).Kind);
        Assert.Equal(FailureKind.InternalError, Assert.IsType<TranscodeOutcome.Failed>(await RunAsync(elsewhere, Worker.Command())).Kind);
    }

    [Fact]
    public async Task A_volume_without_room_takes_no_copy()
    {
        await using var volume = await Worker.VolumeAsync("-c:v", "libx264", "-preset", "ultrafast");
        await using var worker = await Worker.StartAsync(volume.FullPath, ("Volume:ReserveMiB", "1048576"));

        Assert.Equal(FailureKind.DiskFull, Assert.IsType<TranscodeOutcome.Failed>(await RunAsync(worker, Worker.Command())).Kind);
    }

    /// <summary>One frame says that it is longer than it is: a bitstream filter ends there, a decoder goes on.</summary>
    private static async Task SpoilAsync(string path)
    {
        var bytes = await File.ReadAllBytesAsync(path, Cancellation);
        // ISO/IEC 14496-15 5.3: four bytes of length before each unit; 0x41 is a slice of a frame that is no keyframe, and 0x9A how x264 begins it.
        var at = bytes.AsSpan(bytes.Length / 2).IndexOf((ReadOnlySpan<byte>)[0x41, 0x9A]);
        Assert.NotEqual(-1, at);
        bytes[bytes.Length / 2 + at - 4] = 0x0F;
        await File.WriteAllBytesAsync(path, bytes, Cancellation);
    }

    private static async Task AssertEncodedAsync(TempDirectory volume)
    {
        await using var worker = await Worker.StartAsync(volume.FullPath);

        var cut = Assert.IsType<TranscodeOutcome.Cut>(await RunAsync(worker, Worker.Command()));
        Assert.Contains("CopyFailed", System.Text.Encoding.UTF8.GetString(cut.Plan), StringComparison.Ordinal);
        for (var part = 0; part < cut.Parts; part++)
        {
            Assert.IsType<TranscodeOutcome.Completed>(await RunAsync(worker, Worker.Command(item: 1 + part, part: part, parts: cut.Parts, plan: cut.Plan)));
        }

        Assert.IsType<TranscodeOutcome.Completed>(await RunAsync(worker, Worker.Command(lease: 2, parts: cut.Parts, resumeData: cut.Plan)));
        Assert.True(File.Exists(Path.Join(volume.FullPath, Worker.Infohash, "3.hls", "master.m3u8")));
    }

    private static Task<TranscodeOutcome> RunAsync(Worker worker, TranscodeVideo command) =>
        worker.Job.RunAsync(TranscodeRequest.Of(command, CancellationToken.None), new TranscodeView(), Cancellation);
}
