using System.Collections.Concurrent;
using EventTorrent.Contracts;

namespace EventTorrent.Hosting;

/// <summary>The leases that this process works under now, so that a broadcast <see cref="StopWork"/> finds them.</summary>
public sealed class RunningWork
{
    private readonly ConcurrentDictionary<Entry, byte> _entries = new();

    public int CountOf(Step step) => _entries.Keys.Count(entry => entry.IsOf(step));

    /// <summary>Enters a lease. Dispose the entry when the work has ended.</summary>
    /// <param name="delivery">The token of the delivery; the entry's own token ends with it too.</param>
    public Entry Begin(Guid taskId, Step step, int item, int lease, CancellationToken delivery)
    {
        var entry = new Entry(this, taskId, step.ToString(), item, lease, delivery);
        _entries.TryAdd(entry, 0);
        return entry;
    }

    public void Stop(StopWork stop)
    {
        foreach (var entry in _entries.Keys.Where(entry => entry.IsMeant(stop)))
        {
            entry.Revoke();
        }
    }

    public sealed class Entry : IDisposable
    {
        private readonly RunningWork _owner;
        private readonly Guid _taskId;
        private readonly string _step;
        private readonly int _item;
        private readonly int _lease;
        private readonly CancellationTokenSource _source;

        internal Entry(RunningWork owner, Guid taskId, string step, int item, int lease, CancellationToken delivery)
        {
            (_owner, _taskId, _step, _item, _lease) = (owner, taskId, step, item, lease);
            _source = CancellationTokenSource.CreateLinkedTokenSource(delivery);
        }

        /// <summary>Ends when the lease is revoked or the delivery is gone.</summary>
        public CancellationToken Token => _source.Token;

        /// <summary>The lease was taken away: nobody waits for a report.</summary>
        public bool IsRevoked { get; private set; }

        public void Dispose()
        {
            _owner._entries.TryRemove(this, out _);
            _source.Dispose();
        }

        internal bool IsOf(Step step) => _step == step.ToString();

        internal bool IsMeant(StopWork stop) =>
            _taskId == stop.TaskId && _lease <= stop.Lease
            && (stop.Step is null || stop.Step == _step) && (stop.Item is null || stop.Item == _item);

        internal void Revoke()
        {
            IsRevoked = true;
            try
            {
                _source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The work ended in the same moment.
            }
        }
    }
}
