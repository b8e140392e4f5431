namespace EventTorrent.Sagas;

/// <summary>Tells the Dispatcher of this process that there may be something to issue, so that it need not wait for its next look.</summary>
public sealed class DispatcherSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);
    private int _hasNewWorkers;

    /// <summary>There is a worker that was not known: what waited for one like it can be issued.</summary>
    public void WorkersCame()
    {
        Volatile.Write(ref _hasNewWorkers, 1);
        Wake();
    }

    /// <summary>Whether <see cref="WorkersCame"/> was said since this was asked last.</summary>
    public bool TakeNewWorkers() => Interlocked.Exchange(ref _hasNewWorkers, 0) != 0;

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
