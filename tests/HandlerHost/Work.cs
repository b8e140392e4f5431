namespace EventTorrent.HandlerHost;

public sealed record Work(Guid Id);
