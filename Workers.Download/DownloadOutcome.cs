using EventTorrent.Contracts;

namespace EventTorrent.Workers.Download;

/// <summary>How a job ended.</summary>
public abstract record DownloadOutcome
{
    private DownloadOutcome() { }

    /// <param name="Videos">Indexes of the videos whose files are complete.</param>
    public sealed record Completed(IReadOnlyList<int> Videos) : DownloadOutcome;

    /// <param name="Message">One sentence for a person.</param>
    public sealed record Failed(FailureKind Kind, string Message) : DownloadOutcome;
}
