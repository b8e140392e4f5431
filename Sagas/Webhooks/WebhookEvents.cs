using EventTorrent.Contracts;

namespace EventTorrent.Sagas.Webhooks;

/// <summary>What receivers are told of. The names are part of the API and never change.</summary>
internal static class WebhookEvents
{
    public const string ScreenshotsReady = "screenshots.ready";

    /// <returns>What it is to have come to this state, or null for one that is not the last.</returns>
    public static string? OfState(string state) => state switch
    {
        nameof(TaskState.Completed) => "task.completed",
        nameof(TaskState.Playable) => "task.playable",
        nameof(TaskState.Failed) => "task.failed",
        _ => null,
    };
}
