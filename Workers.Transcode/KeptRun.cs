using EventTorrent.Hosting;
using EventTorrent.Media.Hls;

namespace EventTorrent.Workers.Transcode;

/// <summary>An item in the making, with or without a message that asks for it.</summary>
internal sealed class KeptRun(HlsFolder folder, int part) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public TranscodeView View { get; } = new();

    public Task Work { get; private set; } = Task.CompletedTask;

    /// <summary>Whose it is: the newest lease that has asked for it.</summary>
    public int Owner { get; set; }

    /// <summary>Who can be told to stop while no message asks for it; null while one does.</summary>
    public RunningWork.Entry? Unattended { get; set; }

    public DateTimeOffset LeftAt { get; set; }

    public bool IsWanted(TimeSpan within, TimeProvider time) => folder.IsWanted(part, within, time);

    public void Start(Func<Action<HlsProgress>, CancellationToken, Task> make) => Work = make(progress => View.Last = progress, _stop.Token);

    /// <summary>Returns when nothing of it runs any more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Dispose();
    }

    public void Dispose()
    {
        Unattended?.Dispose();
        _stop.Dispose();
    }
}
