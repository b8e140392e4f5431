namespace EventTorrent.Media.Hls;

/// <summary>A few seconds of a rendition.</summary>
internal sealed record MediaSegment(string Name, double Seconds, long LengthBytes);
