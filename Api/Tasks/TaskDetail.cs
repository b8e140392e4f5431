namespace EventTorrent.Api.Tasks;

/// <summary>A task with all that is known of it; never its trackers, which may hold passkeys.</summary>
internal sealed record TaskDetail : TaskSummary
{
    /// <summary>Null while nothing is to be downloaded.</summary>
    public required DownloadView? Download { get; init; }

    /// <summary>Of each video, and of each part when it was cut; empty while nothing is to be transcoded.</summary>
    public required IReadOnlyList<TranscodeView> Transcodes { get; init; }

    /// <summary>What receivers were told or are to be told of this task in the last week, the latest first; at most twenty.</summary>
    public required IReadOnlyList<WebhookView> Webhooks { get; init; }

    public required IReadOnlyList<FileView> Files { get; init; }

    public required IReadOnlyList<ScreenshotView> Screenshots { get; init; }
}
