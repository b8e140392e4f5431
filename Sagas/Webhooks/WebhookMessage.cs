namespace EventTorrent.Sagas.Webhooks;

/// <summary>The body of a webhook, in the shape of the Standard Webhooks specification.</summary>
internal sealed record WebhookMessage(string Type, DateTimeOffset Timestamp, WebhookTask Data);
