using System.Collections.Concurrent;
using EventTorrent.Contracts;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas;

/// <summary>
/// Tasks whose rows somebody else was found to hold. Their messages go aside, to a queue with few slots of its own, where
/// they take turns until they can be handled: they must not fill the slots of all other tasks just to wait.
/// </summary>
public sealed class HeldTasks(TimeProvider time)
{
    /// <summary>Messages aside that one process tries at once; each tries for a moment and goes to the end of the queue.</summary>
    public const int Concurrency = 2;

    /// <summary>Above what any sound transaction takes, even with many before us at the same task.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    /// <summary>Short, as messages of other tasks wait behind; not shorter, as this is all that slows the turns down.</summary>
    private static readonly TimeSpan AsideWait = TimeSpan.FromMilliseconds(100);

    /// <summary>Renewed by every vain try aside.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(3);

    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _until = new();

    /// <summary>How long a message may wait for the rows of its task.</summary>
    /// <param name="endpoint">Address of the queue that it came from.</param>
    public static TimeSpan LongestWait(Uri endpoint) => IsAside(endpoint) ? AsideWait : FirstWait;

    /// <summary>Loads a task for change, but for one that was found to be held: that is tried aside only.</summary>
    /// <param name="endpoint">Address of the queue that the message came from.</param>
    /// <exception cref="TaskHeldException">The message has to go aside.</exception>
    public async Task<TorrentTask?> LoadAsync(TorrentDb db, Guid taskId, Uri endpoint, CancellationToken cancellationToken)
    {
        if (!IsAside(endpoint) && _until.TryGetValue(taskId, out var until) && time.GetUtcNow() < until)
        {
            throw new TaskHeldException(cause: null);
        }

        try
        {
            var task = await db.LoadForUpdateAsync(taskId, cancellationToken);
            _until.TryRemove(taskId, out _);
            return task;
        }
        catch (TaskHeldException)
        {
            Remember(taskId);
            throw;
        }
    }

    private static bool IsAside(Uri endpoint) => endpoint.AbsolutePath.EndsWith($"/{Queues.SagaAside}", StringComparison.Ordinal);

    private void Remember(Guid taskId)
    {
        if (_until.Count >= MaxRemembered)
        {
            Forget();
        }

        if (_until.Count < MaxRemembered)
        {
            _until[taskId] = time.GetUtcNow() + Memory;
        }
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (taskId, until) in _until)
        {
            if (until < now)
            {
                _until.TryRemove(taskId, out _);
            }
        }
    }
}
