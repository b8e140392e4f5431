using EventTorrent.Contracts;

namespace EventTorrent.Hosting;

/// <summary>Which workers of this process take no new work, because a person wants it so (docs/adr, 23). A process that starts again takes work.</summary>
public sealed class DrainWishes(IEnumerable<WorkerIdentity> identities)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Step, CancellationTokenSource> _wishes = [];

    public bool IsAsked(Step step) => TokenOf(step).IsCancellationRequested;

    /// <summary>Ends when the worker is to take no new work, if it has not ended already. When the wish is taken back there is another one.</summary>
    public CancellationToken TokenOf(Step step)
    {
        lock (_lock)
        {
            return SourceOf(step).Token;
        }
    }

    public void Note(DrainWorker wish)
    {
        if (identities.FirstOrDefault(identity => identity.Name == wish.Worker) is not { Step: var step })
        {
            return;
        }

        lock (_lock)
        {
            if (wish.Drains)
            {
                SourceOf(step).Cancel();
            }
            else if (SourceOf(step).IsCancellationRequested)
            {
                _wishes.Remove(step);
            }
        }
    }

    private CancellationTokenSource SourceOf(Step step)
    {
        if (!_wishes.TryGetValue(step, out var source))
        {
            source = new CancellationTokenSource();
            _wishes.Add(step, source);
        }

        return source;
    }
}
