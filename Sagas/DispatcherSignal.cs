namespace EventTorrent.Sagas;

/// <summary>Tells the Dispatcher of this process that there may be something to issue, so that it need not wait for its next look.</summary>
public sealed class DispatcherSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Wake()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    public void Dispose() => _signal.Dispose();

    /// <summary>Returns at the next <see cref="Wake"/> or after the time given.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _signal.WaitAsync(longest, cancellationToken);
}
