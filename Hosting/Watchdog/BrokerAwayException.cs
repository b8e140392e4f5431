namespace EventTorrent.Hosting.Watchdog;

/// <summary>The broker did not answer a question: it is away, or too slow to say anything.</summary>
public sealed class BrokerAwayException(Exception inner) : Exception("The broker does not answer.", inner);
