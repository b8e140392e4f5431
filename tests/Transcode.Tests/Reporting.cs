using EventTorrent.Contracts;
using MassTransit.Testing;

namespace EventTorrent.Transcode.Tests;

/// <summary>What a worker says of its work, under the lease of the command.</summary>
public sealed class Reporting
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copied_video_is_started_and_completed()
    {
        await using var volume = await Worker.VolumeAsync("-c:v", "libx264", "-preset", "ultrafast");
        await using var worker = await Worker.StartAsync(volume.FullPath);
        await worker.Bus.Start();

        await worker.Bus.Bus.Publish(Worker.Command(lease: 7), Cancellation);

        var completed = (await worker.Bus.Published.SelectAsync<StepCompleted>(Cancellation).FirstOrDefault())!.Context.Message;
        Assert.Equal((nameof(Step.Transcode), 0, 7, 3), (completed.Step, completed.Item, completed.Lease, completed.FileIndex));
        Assert.Equal("matroska", completed.Container);
        Assert.Equal(["video h264 160x90 25 8", "audio aac x  "], completed.Streams!.Select(Describe));
        Assert.Equal("main", worker.Bus.Published.Select<StepStarted>(Cancellation).Single().Context.Message.Volume);
        Assert.Empty(worker.Bus.Published.Select<StepFailed>(new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_cut_is_a_yield_with_the_plan_for_the_parts()
    {
        await using var volume = await Worker.VolumeAsync("-c:v", "mpeg4");
        await using var worker = await Worker.StartAsync(volume.FullPath);
        await worker.Bus.Start();

        await worker.Bus.Bus.Publish(Worker.Command(), Cancellation);

        var yielded = (await worker.Bus.Published.SelectAsync<StepYielded>(Cancellation).FirstOrDefault())!.Context.Message;
        Assert.Equal(4, yielded.Parts);
        Assert.NotEmpty(yielded.ResumeData!);
        Assert.Equal(["video mpeg4 160x90 25 8", "audio aac x  "], yielded.Streams!.Select(Describe));
        // Another attempt, by the plan that is there, knows it as well.
        await worker.Bus.Bus.Publish(Worker.Command(lease: 2), Cancellation);
        var again = (await worker.Bus.Published.SelectAsync<StepYielded>(message => message.Context.Message.Lease == 2, Cancellation).FirstOrDefault())!.Context.Message;
        Assert.Equal(yielded.Streams, again.Streams);
    }

    [Fact]
    public async Task A_failure_has_its_name()
    {
        await using var volume = await Worker.VolumeAsync("-c:v", "mpeg4");
        await using var worker = await Worker.StartAsync(volume.FullPath);
        await worker.Bus.Start();

        await worker.Bus.Bus.Publish(Worker.Command() with { FileIndex = 4 }, Cancellation);

        var failed = (await worker.Bus.Published.SelectAsync<StepFailed>(Cancellation).FirstOrDefault())!.Context.Message;
        Assert.Equal((nameof(FailureKind.InternalError), "The video is not on the volume."), (failed.Kind, failed.Message));
    }

    private static string Describe(MediaStream stream) =>
        FormattableString.Invariant($"{stream.Kind} {stream.Codec} {stream.Width}x{stream.Height} {stream.FramesPerSecond} {stream.BitDepth}");
}
