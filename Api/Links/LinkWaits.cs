namespace EventTorrent.Api.Links;

/// <summary>Counts those who wait for an answer, so that they can't take all that the door has.</summary>
internal sealed class LinkWaits
{
    private const int Max = 64;

    private int _waiting;

    /// <returns>To be disposed after the wait; null when too many wait already.</returns>
    public IDisposable? TryEnter()
    {
        if (Interlocked.Increment(ref _waiting) <= Max)
        {
            return new Turn(this);
        }

        Interlocked.Decrement(ref _waiting);
        return null;
    }

    private sealed class Turn(LinkWaits owner) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref owner._waiting);
    }
}
