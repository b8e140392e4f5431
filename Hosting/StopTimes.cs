namespace EventTorrent.Hosting;

/// <summary>
/// How a stop fits into 10 seconds: running handlers learn of it first, save what they have and say so, then the bus ends,
/// then the host, and what hangs is ended.
/// </summary>
public static class StopTimes
{
    /// <summary>For a worker to say that it leaves, before all else: a broker that does not answer must not use up the rest.</summary>
    public static readonly TimeSpan Leave = TimeSpan.FromSeconds(1);

    /// <summary>After this time the tokens of running handlers end; short handlers finish before.</summary>
    public static readonly TimeSpan Handlers = TimeSpan.FromSeconds(1);

    /// <summary>What a handler may take for its last word after its token has ended.</summary>
    public static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2);

    /// <summary>Above a last word: then the handler is abandoned and its message goes back to its queue.</summary>
    public static readonly TimeSpan Abandon = TimeSpan.FromSeconds(2.5);

    /// <summary>The bus, with its handlers.</summary>
    public static readonly TimeSpan Bus = TimeSpan.FromSeconds(5);

    /// <summary>All services of the host.</summary>
    public static readonly TimeSpan Host = TimeSpan.FromSeconds(7);

    /// <summary>The process, whatever hangs.</summary>
    public static readonly TimeSpan Process = TimeSpan.FromSeconds(9);
}
