using System.Diagnostics;

namespace EventTorrent.AllInOne.Tests;

/// <summary>
/// How long something takes that was asked for and answered: at most 5 s. A clock that ticks beside it tells how much of that the
/// machine spent on others; where it was much, the time is only written down.
/// </summary>
internal sealed class Effect : IAsyncDisposable
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>What all ticks of five seconds together may be late on a machine that has room for one more process.</summary>
    private static readonly TimeSpan Tolerated = TimeSpan.FromMilliseconds(500);

    private readonly string _what;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _ticking;
    private long _lateTicks;

    public Effect(string what)
    {
        _what = what;
        _ticking = Task.Run(TickAsync);
    }

    public void AssertInTime()
    {
        var (elapsed, late) = (_clock.Elapsed, TimeSpan.FromTicks(Interlocked.Read(ref _lateTicks)));
        var words = $"{_what} took effect after {elapsed.TotalSeconds:0.00} s; ticks were late by {late.TotalSeconds:0.00} s together";
        TestContext.Current.TestOutputHelper?.WriteLine(words);
        Assert.True(elapsed <= Promised || late > Tolerated, words);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _ticking;
        _end.Dispose();
    }

    private async Task TickAsync()
    {
        try
        {
            for (var last = _clock.Elapsed; ; last = _clock.Elapsed)
            {
                await Task.Delay(Tick, _end.Token);
                Interlocked.Add(ref _lateTicks, Math.Max(0, (_clock.Elapsed - last - Tick).Ticks));
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }
}
