namespace EventTorrent.Signaling;

/// <summary>What the hub keeps of one connection. A hub handles one call of a connection at a time.</summary>
/// <param name="volumes">Those that its key speaks for; null for a viewer.</param>
internal sealed class Client(IReadOnlySet<string>? volumes, string address, SignalingOptions options, TimeProvider time)
{
    /// <summary>A page has at most four connections to a node, and tries anew when one fails.</summary>
    private const int MaxSessions = 16;

    /// <summary>A viewer says a few things about each of its offers.</summary>
    private const int MessagesPerOffer = 80;

    private readonly Queue<string> _sessions = new();

    public IReadOnlySet<string>? Volumes => volumes;

    public string Address => address;

    /// <summary>Whose node this is, once it has registered.</summary>
    public string? Volume { get; set; }

    public Budget Offers { get; } = new(options.OffersPerMinute, time);

    public Budget Questions { get; } = new(options.OffersPerMinute, time);

    public Budget Messages { get; } = new(options.OffersPerMinute * MessagesPerOffer, time);

    public IReadOnlyCollection<string> Sessions => _sessions;

    /// <summary>Keeps a session.</summary>
    /// <returns>The one that has to be forgotten for it, or null.</returns>
    public string? Keep(string session)
    {
        _sessions.Enqueue(session);
        return _sessions.Count > MaxSessions ? _sessions.Dequeue() : null;
    }
}
