namespace EventTorrent.Sagas.Webhooks;

/// <summary>Why a task, or its last attempt, did not end well.</summary>
internal sealed record WebhookFailure(string Kind, string? Message);
