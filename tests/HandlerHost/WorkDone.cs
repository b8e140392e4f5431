namespace EventTorrent.HandlerHost;

public sealed record WorkDone(Guid Id);
