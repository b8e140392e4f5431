namespace EventTorrent.Hosting.Watchdog;

/// <summary>What this process knows of one of its endpoints.</summary>
/// <param name="Slots">Messages that it handles at once.</param>
/// <param name="IsReady">The transport says that it listens; it may be wrong.</param>
/// <param name="Running">Handlers that run now.</param>
/// <param name="Orphaned">Those of them whose delivery's channel has gone.</param>
/// <param name="LastDelivery">When a message came or a handler ended last, on the clock of the process.</param>
public sealed record EndpointFacts(string Queue, int Slots, bool IsReady, int Running, int Orphaned, TimeSpan LastDelivery);
