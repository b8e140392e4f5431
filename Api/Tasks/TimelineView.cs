namespace EventTorrent.Api.Tasks;

/// <summary>One thing that happened to a task.</summary>
/// <param name="FromState">State before, or null for the first entry.</param>
/// <param name="Cause">Why, in one sentence.</param>
internal sealed record TimelineView(DateTimeOffset At, string? FromState, string ToState, string Cause, string? Worker, int? Lease);
