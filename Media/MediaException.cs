namespace EventTorrent.Media;

/// <summary>An expected failure of a media file, with its name. No parser throws anything else.</summary>
public sealed class MediaException(MediaErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The name of the failure.</summary>
    public MediaErrorKind Kind { get; } = kind;
}
