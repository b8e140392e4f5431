namespace EventTorrent.TestKit;

/// <summary>What happened, in order, and a way to wait for what is still to happen.</summary>
/// <param name="capacity">Older entries beyond this number are forgotten.</param>
internal sealed class Journal<T>(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<T> _entries = new();
    private readonly List<Waiter> _waiters = [];

    public IReadOnlyList<T> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    public void Add(T entry)
    {
        List<Waiter> found;
        lock (_lock)
        {
            _entries.Enqueue(entry);
            if (_entries.Count > capacity)
            {
                _entries.Dequeue();
            }

            found = _waiters.FindAll(waiter => waiter.Match(entry));
            _waiters.RemoveAll(found.Contains);
        }

        found.ForEach(waiter => waiter.Found.TrySetResult(entry));
    }

    /// <summary>The first entry that matches, past or to come.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    public async Task<T> FirstAsync(Predicate<T> match, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(match, new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            foreach (var entry in _entries)
            {
                if (match(entry))
                {
                    return entry;
                }
            }

            _waiters.Add(waiter);
        }

        try
        {
            return await waiter.Found.Task.WaitAsync(deadline, cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    private sealed record Waiter(Predicate<T> Match, TaskCompletionSource<T> Found);
}
