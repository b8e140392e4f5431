using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas.Webhooks;

/// <summary>A task as receivers are told of it; what they need beyond it they read at the door.</summary>
/// <param name="Url">Where the door has the rest, without scheme and host.</param>
internal sealed record WebhookTask(
    string Infohash,
    string State,
    long Version,
    string? Name,
    long? SizeBytes,
    int ShotsStored,
    int? ShotsWanted,
    WebhookFailure? Failure,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string Url)
{
    public static WebhookTask Of(TorrentTask task) => new(
        task.Infohash, task.CurrentState, task.Version, task.Name, task.SizeBytes, TaskRules.CountShots(task), TaskRules.CountShotsWanted(task),
        task.FailureKind is { } kind ? new WebhookFailure(kind.ToString(), task.FailureMessage) : null,
        task.CreatedAt, task.StartedAt, task.EndedAt, $"/tasks/{task.Infohash}");
}
