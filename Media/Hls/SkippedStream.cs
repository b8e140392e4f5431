namespace EventTorrent.Media.Hls;

/// <summary>A stream that the result does not have.</summary>
/// <param name="Stream">Index in the source, or -1 for a file of its own.</param>
/// <param name="Reason">For people.</param>
public sealed record SkippedStream(int Stream, string Codec, string Reason);
