using System.Collections.Concurrent;
using EventTorrent.Contracts;

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

    /// <summary>Whether a message may go together with others, who must not wait for it.</summary>
    /// <param name="endpoint">Address of the queue that it came from.</param>
    public bool MayShare(Uri endpoint, Guid taskId) => !IsAside(endpoint) && !IsHeld(taskId);

    /// <summary>How long a message may wait for the rows of its task, or null when it need not try.</summary>
    /// <param name="endpoint">Address of the queue that it came from.</param>
    public TimeSpan? LongestWait(Uri endpoint, Guid taskId) =>
        IsAside(endpoint) ? AsideWait
        : IsHeld(taskId) ? null
        : FirstWait;

    public void Add(Guid taskId)
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

    public void Remove(Guid taskId) => _until.TryRemove(taskId, out _);

    private static bool IsAside(Uri endpoint) => endpoint.AbsolutePath.EndsWith($"/{Queues.SagaAside}", StringComparison.Ordinal);

    private bool IsHeld(Guid taskId) => _until.TryGetValue(taskId, out var until) && time.GetUtcNow() < until;

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
