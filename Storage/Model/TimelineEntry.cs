namespace EventTorrent.Storage.Model;

/// <summary>One thing that happened to a task, for people: every change of state and every failure.</summary>
public sealed class TimelineEntry
{
    public long Id { get; set; }

    public Guid TaskId { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>State before, or null for the first entry.</summary>
    public string? FromState { get; set; }

    /// <summary>State after; equal to <see cref="FromState"/> for a failure that will be retried.</summary>
    public string ToState { get; set; } = "";

    /// <summary>Why, in one sentence.</summary>
    public string Cause { get; set; } = "";

    public string? Worker { get; set; }

    public int? Lease { get; set; }
}
