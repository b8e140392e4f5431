namespace EventTorrent.Media.Hls;

/// <summary>What is known of a file before it is planned.</summary>
/// <param name="Container">As our own sniff names it.</param>
/// <param name="Demuxer">The ffmpeg demuxer for it.</param>
/// <param name="Duration">Zero when unknown or beyond belief.</param>
/// <param name="StartMicroseconds">The first timestamp of any stream; may be negative.</param>
internal sealed record SourceFacts(
    string Container,
    string Demuxer,
    long LengthBytes,
    TimeSpan Duration,
    long StartMicroseconds,
    IReadOnlyList<SourceStream> Streams);
