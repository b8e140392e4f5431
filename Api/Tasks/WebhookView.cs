namespace EventTorrent.Api.Tasks;

/// <summary>One thing that one receiver is told.</summary>
/// <param name="Id">As the receiver sees it, the same in every attempt.</param>
/// <param name="Event">screenshots.ready, task.completed, task.playable or task.failed.</param>
/// <param name="Receiver">Scheme and host; the rest of the address may hold a token.</param>
/// <param name="State">waiting, delivered or given_up.</param>
/// <param name="Attempts">Attempts that were begun.</param>
/// <param name="LastStatus">HTTP status of the last answer, or null when there was none.</param>
/// <param name="LastError">Why the last attempt failed, in a word, or null.</param>
/// <param name="NextAttemptAt">Null when there will be none.</param>
internal sealed record WebhookView(
    string Id,
    string Event,
    string Receiver,
    string State,
    int Attempts,
    int? LastStatus,
    string? LastError,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? DeliveredAt);
