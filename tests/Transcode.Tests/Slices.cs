using EventTorrent.Contracts;
using EventTorrent.Media.Hls;
using EventTorrent.TestKit;
using EventTorrent.Workers.Transcode;
using MassTransit.Testing;

namespace EventTorrent.Transcode.Tests;

/// <summary>An encoder outlives the message that it was started for, but nobody's patience.</summary>
public sealed class Slices : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempDirectory _tools = new();
    private TempDirectory _volume = null!;
    private Worker _worker = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>For a look at what was said so far.</summary>
    private static CancellationToken AtOnce => new(canceled: true);

    private string Starts => _tools["starts"];

    /// <summary>The worker's ffmpeg is one that notes its start and begins when it is told to.</summary>
    public async ValueTask InitializeAsync()
    {
        var script = $"#!/bin/sh\ncase \"$*\" in *-progress*) echo $$ >> '{Starts}'; while [ ! -e '{_tools["go"]}' ]; do sleep 0.05; done ;; esac\nexec ffmpeg \"$@\"\n";
        await File.WriteAllTextAsync(_tools["ffmpeg"], script, Cancellation);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_tools["ffmpeg"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _volume = await Worker.VolumeAsync("-c:v", "libx264", "-preset", "ultrafast");
        _worker = await Worker.StartAsync(_volume.FullPath, ("Media:Ffmpeg", _tools["ffmpeg"]), ("Media:Jail", "Off"));
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _volume.DisposeAsync();
        await _tools.DisposeAsync();
    }

    [Fact]
    public async Task The_next_slice_joins_what_the_last_one_began()
    {
        await RunOneSliceAsync();

        await File.WriteAllTextAsync(_tools["go"], "", Cancellation);
        var outcome = await _worker.Job.RunAsync(TranscodeRequest.Of(Worker.Command(lease: 2), CancellationToken.None), new TranscodeView(), Cancellation);

        Assert.IsType<TranscodeOutcome.Completed>(outcome);
        Assert.Single(await File.ReadAllLinesAsync(Starts, Cancellation));
    }

    [Fact]
    public async Task A_stop_reaches_an_encoder_between_two_slices()
    {
        await RunOneSliceAsync();
        var pid = (await File.ReadAllLinesAsync(Starts, Cancellation)).Single();

        var command = Worker.Command();
        _worker.Running.Stop(new StopWork(command.TaskId, nameof(Step.Transcode), command.Item, command.Lease));

        await Poll.UntilAsync("the encoder is gone", _ => Task.FromResult(!IsAlive(pid)), Patience, Cancellation);
    }

    [Fact]
    public async Task A_stop_that_comes_while_an_encoder_is_started_ends_it()
    {
        using var delivery = new CancellationTokenSource();
        Task? making = null;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _worker.Kept.RunAsync(
            TranscodeRequest.Of(Worker.Command(), CancellationToken.None), new HlsFolder(_volume["3.hls"]), part: 0, new TranscodeView(),
            (_, stop) =>
            {
                delivery.Cancel();
                return making = Task.Delay(Timeout.InfiniteTimeSpan, stop);
            },
            delivery.Token));

        Assert.True(making?.IsCanceled, "It goes on.");
    }

    [Fact]
    public async Task A_newer_lease_takes_the_encoder_over_and_the_older_one_ends_without_a_word()
    {
        await _worker.Bus.Start();
        await _worker.Bus.Bus.Publish(Worker.Command(lease: 1), Cancellation);
        await WaitForEncoderAsync();

        await _worker.Bus.Bus.Publish(Worker.Command(lease: 2), Cancellation);
        await Poll.UntilAsync("the older has ended", () => _worker.Bus.Consumed.Select<TranscodeVideo>(one => one.Context.Message.Lease == 1, AtOnce).Any(), Patience, Cancellation);
        _worker.Running.Stop(new StopWork(Worker.Command().TaskId, nameof(Step.Transcode), 0, Lease: 1));
        await File.WriteAllTextAsync(_tools["go"], "", Cancellation);
        await Poll.UntilAsync("the newer is done", () => _worker.Bus.Published.Select<StepCompleted>(AtOnce).Any(), Patience, Cancellation);

        Assert.Equal(2, _worker.Bus.Published.Select<StepCompleted>(AtOnce).Single().Context.Message.Lease);
        Assert.Empty(_worker.Bus.Published.Select<StepFailed>(AtOnce));
        Assert.Empty(_worker.Bus.Published.Select<StepYielded>(AtOnce));
        Assert.Single(await File.ReadAllLinesAsync(Starts, Cancellation));
    }

    /// <summary>Else the message would find its work dead before it is told to stop, and count that as a fault.</summary>
    [Fact]
    public async Task A_worker_that_stops_leaves_the_end_of_a_message_to_the_message()
    {
        using var delivery = new CancellationTokenSource();
        var running = _worker.Job.RunAsync(TranscodeRequest.Of(Worker.Command(), CancellationToken.None), new TranscodeView(), delivery.Token);
        var pid = await WaitForEncoderAsync();

        await _worker.Kept.StopAsync(Cancellation);
        Assert.True(IsAlive(pid));
        Assert.False(running.IsCompleted);
        await delivery.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Poll.UntilAsync("the encoder is gone", () => !IsAlive(pid), Patience, Cancellation);
    }

    /// <returns>Its process id.</returns>
    private async Task<string> WaitForEncoderAsync()
    {
        await Poll.UntilAsync("the encoder starts", () => File.Exists(Starts) && File.ReadAllText(Starts).EndsWith('\n'), Patience, Cancellation);
        return (await File.ReadAllLinesAsync(Starts, Cancellation)).Single();
    }

    private async Task RunOneSliceAsync()
    {
        using var slice = new CancellationTokenSource();
        var running = _worker.Job.RunAsync(TranscodeRequest.Of(Worker.Command(), slice.Token), new TranscodeView(), slice.Token);
        await WaitForEncoderAsync();
        await slice.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static bool IsAlive(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
