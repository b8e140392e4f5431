namespace EventTorrent.Storage.Model;

/// <summary>
/// One thing that one receiver is to be told. Written with the change that it tells of, in the same transaction; the request
/// itself may be made more than once.
/// </summary>
public sealed class WebhookDelivery
{
    /// <summary>The same in every attempt, so that a receiver can tell a repetition.</summary>
    public Guid Id { get; set; }

    public Guid TaskId { get; set; }

    /// <summary>What happened, such as task.completed.</summary>
    public string Event { get; set; } = "";

    /// <summary>May hold a token: never logged, and shown without its path.</summary>
    public string Url { get; set; } = "";

    /// <summary>The JSON, as it was at the time.</summary>
    public string Body { get; set; } = "";

    /// <summary>Attempts that were begun. The number of the last one is the right to report on it.</summary>
    public int Attempts { get; set; }

    /// <summary>When the next attempt is due, or who makes one now is taken for lost; null when there will be none.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>The HTTP status of the last answer, or null when there was none.</summary>
    public int? LastStatus { get; set; }

    /// <summary>Why the last attempt failed, in a word.</summary>
    public string? LastError { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
