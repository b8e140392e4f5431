namespace EventTorrent.HandlerHost;

public enum HandlerKind
{
    /// <summary>Waits, then publishes without a token through the in-memory outbox, as a state machine does.</summary>
    Publishes,

    /// <summary>Never gives its thread back: not even the filter that abandons handlers can end it.</summary>
    Blocks,
}
