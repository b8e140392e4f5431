using EventTorrent.Contracts;
using EventTorrent.Media;

namespace EventTorrent.Workers.Screenshot;

/// <summary>How a job ended.</summary>
public abstract record ScreenshotOutcome
{
    private ScreenshotOutcome() { }

    /// <param name="Taken">Indexes of all pictures of the file, those of earlier attempts included.</param>
    /// <param name="Rounds">Dependent round trips to the swarm after the metadata.</param>
    /// <param name="Verified">All bytes used came from hash-checked pieces.</param>
    public sealed record Completed(int FileIndex, ScreenshotPlan Plan, IReadOnlyList<int> Taken, int Rounds, bool Verified) : ScreenshotOutcome;

    /// <summary>The metadata was all that was wanted.</summary>
    public sealed record MetadataKnown : ScreenshotOutcome;

    /// <param name="Message">One sentence for a person.</param>
    public sealed record Failed(FailureKind Kind, string Message) : ScreenshotOutcome;
}
