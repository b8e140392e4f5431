using System.Diagnostics;

namespace EventTorrent.TestKit;

/// <summary>Waits for a state that only shows when asked for, such as a daemon's RPC.</summary>
public static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is true.</summary>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="details">Adds what is known when the deadline passes, such as a program's last output.</param>
    /// <exception cref="TimeoutException">It did not become true in time.</exception>
    public static async Task UntilAsync(
        string what, Func<CancellationToken, Task<bool>> condition, TimeSpan deadline, CancellationToken cancellationToken, Func<string>? details = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition(cancellationToken))
        {
            if (clock.Elapsed > deadline)
            {
                throw new TimeoutException($"After {deadline.TotalSeconds:0.#} s still not: {what}. {details?.Invoke()}");
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <inheritdoc cref="UntilAsync(string, Func{CancellationToken, Task{bool}}, TimeSpan, CancellationToken, Func{string}?)"/>
    public static Task UntilAsync(string what, Func<bool> condition, TimeSpan deadline, CancellationToken cancellationToken, Func<string>? details = null) =>
        UntilAsync(what, _ => Task.FromResult(condition()), deadline, cancellationToken, details);
}
