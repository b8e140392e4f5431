using System.Diagnostics;

namespace EventTorrent.TestKit;

/// <summary>
/// Keeps one program running, as systemd or a container's restart policy does. Invariants: at most one life at a time; what
/// was stopped by <see cref="StopAsync"/> stays stopped; what exits by itself, or was killed, is started again after a
/// while that doubles with every short life.
/// </summary>
public sealed class Supervisor(Func<Task<ToolProcess>> start) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    /// <summary>A life of this length makes up for the short ones before it.</summary>
    private static readonly TimeSpan LongLife = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Unlimited = TimeSpan.FromDays(1);

    private CancellationTokenSource? _ending;
    private Task _watching = Task.CompletedTask;
    private volatile ToolProcess? _life;
    private int _starts;

    /// <summary>Whether it is started again when it exits.</summary>
    public bool Restarts { get; set; } = true;

    /// <summary>How often it was started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>The life that is running now, or null.</summary>
    public ToolProcess? Life => _life is { HasExited: false } life ? life : null;

    /// <summary>The exit code of the last life that ended, or null.</summary>
    public int? LastExitCode { get; private set; }

    /// <summary>Starts what does not run.</summary>
    /// <exception cref="InvalidOperationException">It is running, or will be in a moment.</exception>
    public async Task StartAsync()
    {
        if (!_watching.IsCompleted)
        {
            throw new InvalidOperationException("It runs already.");
        }

        _ending?.Dispose();
        _ending = new CancellationTokenSource();
        _watching = WatchAsync(await BeginAsync(), _ending.Token);
    }

    /// <summary>Asks it to end (SIGTERM), and kills it when it has not by the deadline.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan deadline)
    {
        if (_ending is null)
        {
            return true;
        }

        var inTime = true;
        Restarts = false;
        if (Life is { } life)
        {
            try
            {
                life.Signal(UnixSignal.Terminate);
                await life.WaitForExitAsync(deadline, CancellationToken.None);
            }
            catch (TimeoutException)
            {
                inTime = false;
            }
            catch (InvalidOperationException) when (Life is null)
            {
                // It ended in the same moment.
            }
        }

        await _ending.CancelAsync();
        await _watching;
        Restarts = true;
        return inTime;
    }

    public async ValueTask DisposeAsync()
    {
        if (_ending is not null)
        {
            await _ending.CancelAsync();
            await _watching;
            _ending.Dispose();
        }
    }

    private async Task<ToolProcess> BeginAsync()
    {
        var life = await start();
        Interlocked.Increment(ref _starts);
        return _life = life;
    }

    private async Task WatchAsync(ToolProcess life, CancellationToken ending)
    {
        var pause = FirstPause;
        try
        {
            while (true)
            {
                var clock = Stopwatch.StartNew();
                await using (life)
                {
                    LastExitCode = await life.WaitForExitAsync(Unlimited, ending);
                    _life = null;
                }

                if (!Restarts)
                {
                    return;
                }

                pause = clock.Elapsed > LongLife ? FirstPause : pause;
                await Task.Delay(pause, ending);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                life = await BeginAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped or disposed: what still ran was killed with its life.
            _life = null;
        }
    }
}
