namespace EventTorrent.Demo;

/// <summary>An entry of GET /tasks/{infohash}/timeline.</summary>
internal sealed record TimelineReply(DateTimeOffset At, string? FromState, string ToState, string Cause, string? Worker);
