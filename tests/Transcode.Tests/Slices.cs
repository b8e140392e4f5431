using EventTorrent.Contracts;
using EventTorrent.TestKit;
using EventTorrent.Workers.Transcode;

namespace EventTorrent.Transcode.Tests;

/// <summary>An encoder outlives the message that it was started for, but nobody's patience.</summary>
public sealed class Slices : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempDirectory _tools = new();
    private TempDirectory _volume = null!;
    private Worker _worker = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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

    private async Task RunOneSliceAsync()
    {
        using var slice = new CancellationTokenSource();
        var running = _worker.Job.RunAsync(TranscodeRequest.Of(Worker.Command(), slice.Token), new TranscodeView(), slice.Token);
        await Poll.UntilAsync("the encoder starts", () => File.Exists(Starts) && File.ReadAllText(Starts).EndsWith('\n'), Patience, Cancellation);
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
