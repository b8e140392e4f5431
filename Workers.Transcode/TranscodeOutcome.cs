using EventTorrent.Contracts;

namespace EventTorrent.Workers.Transcode;

/// <summary>How a job ended.</summary>
public abstract record TranscodeOutcome
{
    private TranscodeOutcome() { }

    /// <summary>The part is there; of a whole video, the stream is.</summary>
    public sealed record Completed(TimeSpan Duration) : TranscodeOutcome;

    /// <summary>The video is to be done in parts, which may be done anywhere on the volume.</summary>
    public sealed record Cut(int Parts, byte[] Plan) : TranscodeOutcome;

    /// <param name="Message">One sentence for a person.</param>
    public sealed record Failed(FailureKind Kind, string Message) : TranscodeOutcome;
}
