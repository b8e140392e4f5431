namespace EventTorrent.Api.Stats;

/// <summary>The broker as it was seen a few seconds ago.</summary>
/// <param name="Transport">InMemory or RabbitMq.</param>
/// <param name="Reachable">Null in memory, and before the first look.</param>
/// <param name="SeenAt">When it was looked at.</param>
/// <param name="Queues">Empty while it is away.</param>
public sealed record BrokerView(string Transport, bool? Reachable, DateTimeOffset? SeenAt, IReadOnlyList<QueueView> Queues);
